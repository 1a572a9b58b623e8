"""Bounds of the web room with their reasons; what the rooms behind it check is in ``edge_node.limits``."""

TOKEN_BYTES = 32
"""A bearer token nobody guesses; 64 hex digits on the wire."""
TOKEN_CHARS = 128
"""What is longer cannot be a token of ours and is not even hashed."""

REQUEST_DEADLINE_MS = (100, 10_000)
"""How long a till may wait for rights: beyond ten seconds a customer should be offered another tender."""
REQUEST_DEADLINE_DEFAULT_MS = 3_000
REQUEST_GRACE_MS = 500
"""What the link may be late with its own deadline before the till is answered without it."""

PINS_AT_ONCE = 2
"""scrypt takes 16 MiB and 50 ms each: two at once fit a small box."""
PINS_WAITING = 32
"""All tills of a branch signing in at once; more is an attack and is told to come back."""

PAYMENT_WAIT_MS = 10_000
"""How long a till may wait for a payment in one request; then it asks how it stands."""
PAYMENT_WAIT_DEFAULT_MS = 2_000

SCREENS = 64
"""Live screens of one branch: tills, back office, a customer display each."""
SCREENS_OF_ONE = 4
"""Live screens of one sign-in, or of one till's customers: whoever has the token of a screen in the customers' hands
must not be able to leave the tills without notices."""
NOTICES_WAITING = 64
"""Notices that wait for a slow screen; then the oldest go and the screen is told to read anew."""
NOTICE_BYTES = 4 * 1024
"""The only message a screen sends is its token."""
FIRST_MESSAGE_S = 5
"""A screen that does not say who it is is closed."""
HEARTBEAT_S = 15
"""A dead screen is noticed within two of these."""
TOKEN_CHECK_S = 60
"""A screen whose sign-in ended elsewhere is closed within this time."""

PAGE = 50
"""Rows of one page when the till does not say."""
PAGE_MAX = 200
"""Rows of one page at most."""

CUSTOMER_PAID_MS = 30_000
"""How long a customer sees what was paid: the change is counted and the bag is packed by then."""
CUSTOMER_SALES = 100
"""Latest sales of the branch among which a till's last one is looked for: more than it makes in half a minute."""
CUSTOMER_LINES = 100
"""Lines of a basket on a customer's screen: nobody reads further back while goods are rung up."""
