"""The chain of `rights_chain` under faults of its boxes, the laws that must hold after every step, and healing."""

from rights_chain import LOT, Box, BrokenLawError, Chain

from commerce.moves import Move, Reason

FAULTS = ("backup", "restore", "clone", "die", "close_by_mistake")
ACTS = (
    *("issue", "spend", "spend", "give_back", "refund", "claim", "answer_claim"),
    *("push", "deliver", "deliver", "connect", "publish", "show", "show"),
    *("grant", "release", "release_claim", "expire", *FAULTS),
)
"""What may happen next, with weights."""


class FaultyChain(Chain):
    """A chain whose boxes are restored, cloned, destroyed or closed by mistake, each at most `budget` times.

    A disk is copied while the box is switched off: it opens a new session before it takes rows again. (A hot copy of a
    live session is caught by its session number only once the other copy has opened a later one.)
    """

    def __init__(self, without="", budget=1, nodes="ABC"):
        super().__init__(without, nodes)
        self.budget = dict.fromkeys(FAULTS, budget)
        self.disks = []
        self.struck = self.lost = False

    def prepare(self):
        """Begin where a first top-up is known to HQ, most of it returned, and every node has a session."""
        first = self.boxes[0]
        self.write(first, "issue", [Move(LOT, Reason.ISSUE, 6)])
        self.issued = 6
        self.write(first, "return", [Move(LOT, Reason.RETURN, 4)])
        for box in self.boxes:
            self.receive(box.incarnation, box.log)
            self.handshake(box)

    def strike(self, fault):
        """Whether a fault may still happen; counts it."""
        self.budget[fault] -= 1
        struck = self.budget[fault] >= 0
        self.struck = self.struck or (struck and fault != "backup")
        return struck

    def backup(self, pick):
        """A copy of a disk is put away."""
        box = self.box(pick)
        if box and self.strike("backup"):
            self.disks.append(box.copy())
            box.live = False

    def restore(self, pick):
        """An old copy is brought back; the newer log survives on a stick, or is lost."""
        if self.disks and self.strike("restore"):
            old = self.disks[pick(len(self.disks))].copy()
            for box in [box for box in self.boxes if box.node == old.node][:1]:
                self.boxes.remove(box)
                self.leave(box, pick)
            self.boxes.append(old)
            self.accept(old)

    def clone(self, pick):
        """A disk is copied and both run."""
        box = self.box(pick)
        if box and self.strike("clone"):
            self.boxes.append(box.copy())
            box.live = False
            self.accept(box)

    def die(self, pick):
        """A box is destroyed and replaced by an empty one; its tail may survive."""
        box = self.box(pick)
        if box and self.strike("die"):
            self.boxes.remove(box)
            self.leave(box, pick)
            known = self.incs[box.incarnation]
            if not known.holding.closed:
                self.suspend(known)
            fresh = Box(box.node, box.incarnation)
            self.reopen(fresh)
            self.boxes.append(fresh)

    def close_by_mistake(self, pick):
        """A living incarnation is closed."""
        known = self.incs[pick(len(self.incs))]
        if not known.holding.closed and self.strike("close_by_mistake"):
            self.suspend(known)

    def leave(self, box, pick):
        """What remains of a disk that is gone."""
        if pick(3):
            self.tails.append((box.incarnation, box.log))
        else:
            self.lost = True

    def accept(self, box):
        """Two copies of one disk may both use its rights, and both refund its sales: the bound of the exposure."""
        self.allowed += box.holding.rights + sum(box.sold(sale) for sale in box.refundable())

    # --- what must hold

    def check(self):
        """Raise Violated unless every law holds now."""
        broken = self.book.check([known.holding for known in self.incs.values()])
        if broken:
            raise BrokenLawError(f"HQ's view: {broken}")
        usable = sum(box.holding.rights for box in self.boxes) + self.book.own
        if self.goods + usable > self.issued + self.allowed:
            found = f"goods {self.goods} + usable rights {usable}"
            raise BrokenLawError(f"{found} > issued {self.issued} + accepted exposure {self.allowed}")
        for known in self.incs.values():
            if not known.holding.closed and (known.holding.born, known.holding.gone) != (known.born, known.gone):
                raise BrokenLawError("a counter has a second writer")
        if self.book.issued > self.issued or self.book.spent > self.sold or self.book.refunded > self.really_refunded():
            raise BrokenLawError("the books tell more than what happened")
        if self.book.exposure and not self.struck:
            raise BrokenLawError("exposure without a fault")

    def heal(self):
        """No more faults: everything is delivered, then the books of HQ and of every node must agree."""
        for _ in range(4):
            for number, log in [*self.wire, *self.tails]:
                self.receive(number, log)
            for box in self.boxes:
                self.handshake(box)
                if not box.live:
                    self.handshake(box)
                self.receive(box.incarnation, box.log)
                self.take(box, self.row(box.incarnation, self.incs[box.incarnation]))
                self.receive(box.incarnation, box.log)
        self.expire(lambda n: n - 1)
        self.check()
        for box in self.boxes:
            own, known = box.holding, self.incs[box.incarnation]
            there = known.holding
            if known.log != box.log or (own.granted, own.born, own.gone) != (there.granted, there.born, there.gone):
                raise BrokenLawError(f"after healing {box.node} and HQ differ")
        if not self.lost:
            books = (self.book.issued, self.book.spent, self.book.refunded)
            if books != (self.issued, self.sold, self.really_refunded()):
                raise BrokenLawError(f"after healing the books say {books}")

    def really_refunded(self):
        """Return what refunds and releases gave back, every sale at most once."""
        return sum(min(refunds, self.paid[sale]) for sale, refunds in self.written.items())
