"""Settlement statements as tables for files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commerce import clearing
from commerce.accounts import HQ
from commerce.netting import Transfer
from hq_server.head_office.settlement import Period
from hq_server.head_office.settlement_parties import Inside, Settlement
from hq_server.head_office.settlement_statements import Statement
from hq_server.web.office.settlement import ClearingLine
from hq_server.web.office.sheets.table import SheetColumn, Table, Value, as_text
from hq_server.web.office.statements_words import column, word

_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Sheets:
    """Makes tables in one language; ``names``: how branches and legal entities are called."""

    language: str
    names: Mapping[str, str]

    def of_party(self, found: Statement, rows: Iterable[ClearingLine] | None) -> list[Table]:
        """Return one party's statement: lines, payments, late facts, what stays inside; `rows` behind it, or None."""
        lines = [
            (self._name(line.other), column(self.language, line.column), line.owed, line.owes, line.owed - line.owes)
            for line in found.lines
        ]
        owed, owes = sum(line.owed for line in found.lines), sum(line.owes for line in found.lines)
        late = [
            (line.day, self._name(line.other), column(self.language, line.column), line.owed, line.owes)
            for line in found.late
        ]
        sums = (sum(line.owed for line in found.late), sum(line.owes for line in found.late))
        tables = [
            Table(
                f"{self._word('statement')} · {self._name(found.party)}",
                self._heads("other", "column", "owed:money", "owes:money", "net:money"),
                lines,
                self._notes(found),
                (self._word("sum"), None, owed, owes, found.net),
            ),
            *self._transfers(found.transfers),
            *self._inside(found.inside),
        ]
        if late:
            heads = self._heads("day:day", "other", "column", "owed:money", "owes:money")
            note = [self._word("note_late")]
            tables.append(Table(self._word("late"), heads, late, note, (self._word("sum"), None, None, *sums)))
        if rows is not None:
            tables.append(self._rows(rows))
        return tables

    def of_all(self, found: Settlement, first_day: str) -> list[Table]:
        """Return the whole settlement: net positions, who owes whom, payments, what stays inside parties."""
        parties: list[Sequence[Value]] = [
            (self._name(each.party), self._word("join").join(self._name(branch) for branch in each.branches), each.net)
            for each in found.parties
        ]
        net = sum(each.net for each in found.parties)
        return [
            Table(
                self._word("settlement"),
                self._heads("party", "branches", "net:money"),
                parties,
                [*self._period(found.period, first_day), self._word("note_net")],
                (self._word("sum"), None, net),
            ),
            self._bilateral(found.cells),
            *self._transfers(found.transfers),
            *self._inside(found.inside),
        ]

    def _bilateral(self, cells: Sequence[clearing.Row]) -> Table:
        rows = [
            (self._name(cell.debtor), self._name(cell.creditor), column(self.language, cell.column), cell.amount)
            for cell in cells
        ]
        heads = self._heads("debtor", "creditor", "column", "amount:money")
        return Table(self._word("bilateral"), heads, rows)

    def _transfers(self, transfers: Sequence[Transfer]) -> list[Table]:
        rows = [(self._name(each.payer), self._name(each.payee), each.amount) for each in transfers]
        heads = self._heads("payer", "payee", "amount:money")
        return [Table(self._word("transfers"), heads, rows)] if rows else []

    def _inside(self, inside: Sequence[Inside]) -> list[Table]:
        rows = [
            (self._name(each.debtor), self._name(each.creditor), column(self.language, each.column), each.amount)
            for each in inside
        ]
        heads = self._heads("debtor", "creditor", "column", "amount:money")
        return [Table(self._word("inside"), heads, rows)] if rows else []

    def _rows(self, rows: Iterable[ClearingLine]) -> Table:
        heads = self._heads(
            "day:day", "is_late", "debtor", "creditor", "column", "amount:money", "written_by", "log:id", "seq:count"
        )
        return Table(
            self._word("rows"),
            heads,
            (
                (
                    row.day,
                    self._word("yes") if row.late else "",
                    self._name(row.debtor),
                    self._name(row.creditor),
                    column(self.language, row.column),
                    row.amount,
                    self._name(row.branch),
                    row.incarnation,
                    row.seq,
                )
                for row in rows
            ),
        )

    def _notes(self, found: Statement) -> list[str]:
        notes = self._period(found.period, found.first_day)
        if found.branches and found.branches != (found.party,):
            notes.append(
                self._word(
                    "note_branches", branches=self._word("join").join(self._name(each) for each in found.branches)
                )
            )
        if found.entity:
            notes.append(self._word("note_entity", entity=self._name(found.entity)))
        if found.bonus_unpaid:
            amount = as_text("money", found.bonus_unpaid, 0, grouped=True)
            notes.append(self._word("note_bonus", amount=amount))
        return [*notes, self._word("note_net")]

    def _period(self, period: Period, first_day: str) -> list[str]:
        last = period.last_day or self._word("open")
        notes = [self._word("note_period", first=first_day or "-", last=last)]
        if period.digest:
            notes.append(self._word("note_closed", by=period.by, digest=period.digest.hex()[:_DIGEST]))
        return notes

    def _heads(self, *names: str) -> list[SheetColumn]:
        parted = [name.partition(":") for name in names]
        return [SheetColumn(self._word(name), kind or "text") for name, _, kind in parted]

    def _name(self, party: str) -> str:
        """How people call a party: its name with its code, for two branches may bear one name."""
        if party == HQ:
            return self._word("hq")
        return f"{self.names[party]} {party}" if party in self.names else party

    def _word(self, name: str, **values: str) -> str:
        return word(self.language, name, **values)
