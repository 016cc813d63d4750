"""The functions of a mapping's expressions: JMESPath's own and a few more.

A null argument gives null, where JMESPath alone would stop with an error; only the functions
that are about null (``not_null``, ``type``, ``to_array``, ``to_string``) see it, and ``e164``,
whose country may be unknown.
"""

import hashlib
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from jmespath import exceptions
from jmespath.functions import Functions, signature

from tajo_mapping import values
from tajo_mapping.errors import Unfit
from tajo_mapping.phones import e164

if TYPE_CHECKING:
    from jmespath.functions import _Signature

_ANY: "_Signature" = {"types": []}
_REST: "_Signature" = {"types": [], "variadic": True}
_SEE_NULL = frozenset({"not_null", "type", "to_array", "to_string", "e164"})
# ISO 4217: currencies whose minor unit is not a hundredth (checked 2026-11-24).
_NO_MINOR_UNIT = frozenset(
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
        "VUV", "XAF", "XOF", "XPF",
    }
)  # fmt: skip
# What Stripe counts otherwise (docs.stripe.com/currencies, checked 2026-11-24): two that have no
# minor unit by ISO are sent in hundredths all the same, and one that has is sent whole.
_STRIPE_PLACES = {"ISK": 2, "UGX": 2, "MGA": 0}
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def lower(value: Any) -> str | None:
    """Return the text in small letters."""
    made = values.text(value)
    return None if made is None else made.lower()


def trim(value: Any) -> str | None:
    """Return the text without blanks around it."""
    made = values.text(value)
    return None if made is None else made.strip()


def hashed(value: Any) -> str | None:
    """Return the SHA-256 of the text as it is, in hex."""
    made = values.text(value)
    return None if made is None else hashlib.sha256(made.encode()).hexdigest()


def id_of(value: Any) -> str | None:
    """Return the last part of a global id: ``gid://shopify/Order/5?key=x`` is ``5``."""
    made = value if type(value) is str else values.text(value)
    if made is None or not made.startswith("gid://"):
        return made
    return made.partition("?")[0].rpartition("/")[2]


def joined(glue: str, parts: list[Any]) -> str:
    """Return the texts of a list with the glue between them, without nulls and empty texts."""
    made = [part if type(part) is str else values.text(part) for part in parts]
    return glue.join([part for part in made if part])


class MappingFunctions(Functions):
    """The function table that every expression is evaluated with; it holds no state."""

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        """Return the function's result; null when an argument is null.

        Raises:
            Unfit: An argument is of a kind that the function cannot take.
        """
        arguments = list(resolved_args)
        if any(one is None for one in arguments) and function_name not in _SEE_NULL:
            return None
        try:
            return super().call_function(function_name, arguments)
        except exceptions.JMESPathTypeError as error:
            # Its own message holds the value.
            wanted = " or ".join(str(kind) for kind in error.expected_types)
            raise Unfit(
                f"{function_name}() got a value of type {error.actual_type}, it takes {wanted}"
            ) from None

    @signature(_REST)
    def _func_e164(self, *arguments: Any) -> str | None:
        return e164(*arguments[:2])

    @signature(_ANY)
    def _func_lower(self, value: Any) -> str | None:
        return lower(value)

    @signature(_ANY)
    def _func_upper(self, value: Any) -> str | None:
        made = values.text(value)
        return None if made is None else made.upper()

    @signature(_ANY)
    def _func_trim(self, value: Any) -> str | None:
        return trim(value)

    @signature(_ANY)
    def _func_number(self, value: Any) -> int | float | None:
        return values.number(value)

    @signature(_ANY)
    def _func_date(self, value: Any) -> str | None:
        return values.day(value)

    @signature(_ANY)
    def _func_time(self, value: Any) -> str | None:
        return values.time(value)

    @signature(_ANY)
    def _func_text(self, value: Any) -> str | None:
        return values.text(value)

    @signature(_ANY, _ANY)
    def _func_minor(self, amount: Any, currency: Any) -> int | float | None:
        """Money from minor units: 1250 and EUR are 12.5, 1250 and JPY are 1250."""
        units = values.whole(amount)
        if units is None:
            return None
        return _major(units, places_of(str(currency).upper()))

    @signature(_ANY, _ANY)
    def _func_stripe_minor(self, amount: Any, currency: Any) -> int | float | None:
        """Money as Stripe counts it: as ``minor``, but for ISK, UGX and MGA."""
        units, code = values.whole(amount), str(currency).upper()
        if units is None:
            return None
        return _major(units, _STRIPE_PLACES.get(code, places_of(code)))

    @signature(_ANY)
    def _func_first_word(self, value: Any) -> str | None:
        """The first word of a text: of a name that is one field, the first name."""
        made = values.text(value)
        return made.split()[0] if made and made.split() else None

    @signature(_ANY)
    def _func_other_words(self, value: Any) -> str | None:
        """What follows the first word of a text; null where nothing does."""
        made = values.text(value)
        return " ".join(made.split()[1:]) or None if made else None

    @signature({"types": ["array"]})
    def _func_total(self, amounts: list[Any]) -> str | None:
        """The exact sum of numbers, or texts of numbers; null where there are none."""
        known = [values.text(one) for one in amounts if one is not None and one != ""]
        try:
            return (
                format(sum(map(Decimal, filter(None, known)), Decimal(0)), "f") if known else None
            )
        except InvalidOperation:
            raise Unfit("total() got a text that is no number") from None

    @signature(_ANY, {"types": ["number", "string"]})
    def _func_rounded(self, value: Any, places: int | str) -> str | None:
        """A number with so many decimals, or as many as a currency has, half away from zero."""
        said = str(value) if isinstance(value, Decimal) else values.text(value)
        if said is None or not said.strip():
            return None
        wanted = places_of(places.upper()) if isinstance(places, str) else int(places)
        try:
            made = Decimal(said).quantize(Decimal(1).scaleb(-wanted), ROUND_HALF_UP)
        except InvalidOperation:
            raise Unfit("rounded() got a text that is no number") from None
        return format(made, "f")

    @signature(_ANY)
    def _func_hash(self, value: Any) -> str | None:
        return hashed(value)

    @signature(_ANY)
    def _func_id_of(self, value: Any) -> str | None:
        return id_of(value)

    @signature({"types": ["string"]}, {"types": ["array"]})
    def _func_join(self, glue: str, parts: list[Any]) -> str:
        return joined(glue, parts)

    @signature(_ANY)
    def _func_to_string(self, value: Any) -> str | None:
        return values.text(value)


# None of our own takes more than the arguments it names; JMESPath would let e164 have ten.
_MOST = {"e164": 2}


# Ours that take single values only, so that no type has to be checked before they are called.
_SCALAR = frozenset(
    {
        "e164", "first_word", "hash", "id_of", "lower", "minor", "number", "other_words",
        "stripe_minor", "text", "time", "date", "trim", "upper",
    }
)  # fmt: skip


def places_of(code: str) -> int:
    """Return how many decimals a currency has (ISO 4217)."""
    return 0 if code in _NO_MINOR_UNIT else 3 if code in _THOUSANDTHS else 2


def _major(units: int, places: int) -> int | float | None:
    return values.number(f"{units}e-{places}") if places else units


def direct(name: str) -> Callable[..., Any]:
    """Return a function to be called with its arguments, without JMESPath's walk over the tree.

    As in ``call_function`` a null argument gives null.
    """
    functions = MappingFunctions()
    if name == "join":
        return _join
    if name not in _SCALAR:
        return lambda *given: functions.call_function(name, given)
    call: Callable[..., Any] = getattr(functions, f"_func_{name}")
    if name in _SEE_NULL:
        return call
    return lambda *given: None if None in given else call(*given)


def _join(glue: Any, parts: Any) -> Any:
    if type(glue) is str and type(parts) is list:
        return joined(glue, parts)
    return MappingFunctions().call_function("join", (glue, parts))


def known_functions() -> tuple[str, ...]:
    """Return the names of all functions, JMESPath's and ours."""
    return tuple(sorted(MappingFunctions.FUNCTION_TABLE))


def arity(name: str) -> tuple[int, int | None]:
    """Return the fewest and the most arguments of a known function; None is any number."""
    parameters = MappingFunctions.FUNCTION_TABLE[name]["signature"]
    if not (parameters and parameters[-1].get("variadic")):
        return len(parameters), len(parameters)
    return len(parameters), _MOST.get(name)
