"""How each field of the schema is read off a row: a table by type and field.

An entry is an attribute path, or a function of (row, view), or of (row, view, arguments) where
the field takes arguments. A field that is not named here is the attribute of the same name in
snake case; `id` is the row's gid. For a connection the entry gives all rows of the list; paging
is added to it.
"""

from tajo_sandbox.shopify.fields.catalog import CATALOG
from tajo_sandbox.shopify.fields.money import MONEY
from tajo_sandbox.shopify.fields.people import PEOPLE
from tajo_sandbox.shopify.fields.sales import SALES
from tajo_sandbox.shopify.fields.shop import SHOP
from tajo_sandbox.shopify.fields.table import Entry, Table

FIELDS: Table = {**MONEY, **PEOPLE, **SALES, **CATALOG, **SHOP}

__all__ = ["FIELDS", "Entry", "Table"]
