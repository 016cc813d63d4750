"""A contact block written as Python; what it means: ``contacts``."""

from tajo_mapping.contacts import ContactMaker, Written
from tajo_mapping.grammar import PHONES, ConsentRule, Line
from tajo_mapping.operations import Channel, Contact
from tajo_mapping.written.field_text import DECLINE
from tajo_mapping.written.fields import converted, where_met
from tajo_mapping.written.formulas import value_of, word_of
from tajo_mapping.written.page import Page, tuple_of
from tajo_mapping.written.scopes import Scope


class ContactText:
    """Writes one contact block."""

    def __init__(self, maker: ContactMaker, scope: Scope, page: Page) -> None:
        self._maker = maker
        self._block = maker.block
        self._owner = maker.block.owner is not False
        self._scope = scope
        self._page = page

    def write(self) -> None:
        """Write the lines that add the block's outcome to ``outcomes``."""
        self._page.comment(str(self._block.place))
        with where_met(self._block.when or (), self._scope, self._page, self._unmet):
            self._merged()
            for channel, rule in self._maker.consent:
                self._consent(channel, rule)
            self._page.line("attributes = {}")
            for line, written in self._maker.attributes:
                self._attribute(line, written)
            for channel, rule in self._maker.consent:
                self._apply(channel, rule)
            self._email()
            self._outcome()

    def _unmet(self, reason: str) -> None:
        page = self._page
        for channel, rule in self._maker.consent if self._owner else ():
            self._consent(channel, rule)
        self._decline_a_no("if")
        if not self._block.mirrored or not self._owner:
            page.line(f'outcomes.append(new(Filtered, (source, "contact", {reason!r})))')
            return
        left = {
            "source": "source",
            "ext_id": self._own_id(),
            "mirrored": repr(self._block.mirrored),
            "deletion": '"leave"',
            "why": repr(reason),
        }
        page.line(f"outcomes.append({tuple_of(Contact, left)})")

    def _decline_a_no(self, word: str) -> None:
        """Write that a record which says no is left to the plain makers."""
        denied = [f'{channel}_consent.state == "denied"' for channel, _ in self._maker.consent]
        if self._owner and denied:
            with self._page.block(f"{word} {' or '.join(denied)}:"):
                self._page.line(DECLINE)

    def _own_id(self) -> str:
        line = self._maker.ext_id
        if line is None:
            return "f'{prefix}:{record_id}'"
        word = word_of(line.source, self._scope, self._page)
        return f"own_id(prefix, {word}, record_id)"

    def _merged(self) -> None:
        if self._block.merged_into is not None:
            word = word_of(self._block.merged_into, self._scope, self._page)
            self._page.line(f"survivor = text_or_none({word}) or None")

    def _consent(self, channel: Channel, rule: ConsentRule) -> None:
        page = self._page
        page.line(f"word = {word_of(rule.source, self._scope, page)}")
        at = self._scope.since(word_of(rule.at, self._scope, page)) if rule.at else "None"
        variable = f"{channel}_consent"
        # Invariant 3: whatever is not listed is unknown.
        with page.block(f"if {_listed(rule.granted)}:"):
            page.line(f'{variable} = new(Consent, ("granted", {at}, {rule.reconsent}))')
        with page.block(f"elif {_listed(rule.denied)}:"):
            page.line(f'{variable} = new(Consent, ("denied", {at}, False))')
        with page.block("else:"):
            page.line(f"{variable} = UNKNOWN")

    def _attribute(self, line: Line, written: tuple[Written, ...]) -> None:
        page = self._page
        page.comment(f"{line.source.text}: {', '.join(each.name for each in written)}")
        value = value_of(line.source, self._scope, page)
        with page.block(f"if {value} is not ABSENT:"):
            for name, convert, keeps_null in written:
                kept = f"attributes[{name!r}] = "
                if keeps_null:
                    page.line(f"{kept}{converted(convert, value, page)}")
                else:
                    with page.block(f"if {value} is not None:"):
                        page.line(f"{kept}{converted(convert, value, page)}")

    def _apply(self, channel: Channel, rule: ConsentRule) -> None:
        page, variable = self._page, f"{channel}_consent"
        if rule.only_granted:
            name = rule.only_granted
            with page.block(f'if {variable}.state != "granted":'):
                page.line(f"attributes.pop({name!r}, None)")
                if self._owner:
                    with page.block(f'if {variable}.state == "denied":'):
                        page.line(f"attributes[{name!r}] = None")
        if rule.recorded_as:
            with page.block(f"if {variable} is not UNKNOWN:"):
                page.line(f"attributes[{rule.recorded_as!r}] = {variable}.state")

    def _email(self) -> None:
        page, line = self._page, self._maker.email
        if line is None:
            page.line("email = None")
            return
        page.comment(f"{line.source.text}: email")
        value = value_of(line.source, self._scope, page)
        page.line(f"email = None if {value} is ABSENT else address({value})")

    def _outcome(self) -> None:
        page, block = self._page, self._block
        merges = block.merged_into is not None
        reached = ["survivor"] if merges else []
        reached += ["email", *(f"attributes.get({phone!r})" for phone in PHONES)]
        given = {
            "source": "source",
            "email": "email",
            "attributes": "attributes",
            "rules": page.name(block.rules, "rules"),
            "consent": self._consents(),
            "mirrored": repr(block.mirrored or ()),
            "mode": repr(block.mode or "upsert"),
            "owner": repr(self._owner),
        }
        if self._owner:
            given["ext_id"] = self._own_id()
        if block.mailing_lists and any(channel == "email" for channel, _ in self._maker.consent):
            # Invariant 3
            listed = repr(block.mailing_lists)
            given["mailing_lists"] = f'{listed} if email_consent.state == "granted" else ()'
        if merges:
            given |= {"merged_into": "survivor", "deletion": '"unlink" if survivor else None'}
        with page.block(f"if {' or '.join(reached)}:"):
            page.line(f"outcomes.append({tuple_of(Contact, given)})")
        self._decline_a_no("elif")
        with page.block("else:"):
            page.line('outcomes.append(new(Filtered, (source, "contact", UNREACHABLE)))')

    def _consents(self) -> str:
        said = (f"{channel!r}: {channel}_consent" for channel, _ in self._maker.consent)
        return f"{{{', '.join(said)}}}"


def _listed(words: tuple[str | bool | int, ...]) -> str:
    """Return the code of whether ``word`` is one of these, of the same kind."""
    if words and all(type(each) is str for each in words):
        return f"type(word) is str and word in {words!r}"
    kinds = (f"type(word) is {type(each).__name__} and word == {each!r}" for each in words)
    return " or ".join(kinds) or "False"
