/** The node's answers by the names the screens use. */
import type { components } from '@stayopen/kit'

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type Shift = Schemas['Shift']
export type Product = Schemas['Product']
export type Basket = Schemas['BasketAnswer']
export type BasketRow = Schemas['BasketRow']
export type Line = Schemas['Line']
export type Discount = Schemas['Discount']
export type DiscountBody = Schemas['DiscountBody']
export type Approval = Schemas['Approval']
export type Member = Schemas['Member']
export type MemberFound = Schemas['MemberFound']
export type RegisterBody = Schemas['RegisterBody']
export type Receipt = Schemas['Receipt']
export type Offer = Schemas['OfferBody']
export type SetUp = Schemas['TillSetUp']
export type Category = Schemas['Category']
export type Attendant = Schemas['Attendant']
export type PriceStep = Schemas['PriceStep']
export type NearMiss = Schemas['NearMiss']
/** A change of a line, without who approves it. */
export type Change = Omit<Schemas['ChangeLineBody'], 'approval'>
export type Device = Schemas['DeviceAnswer']
export type Health = Schemas['Health']
export type SaleRow = Schemas['SaleRow']
export type TopUpRow = Schemas['TopUpRow']
export type TopUpRule = Schemas['TopUpRule']
export type TopUpReceipt = Schemas['TopUpReceipt']
export type Gift = Schemas['GiftAnswer']
