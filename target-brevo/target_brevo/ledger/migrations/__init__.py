"""Migrations of the ledger's schema, one file per version, by Alembic.

A change of ``ledger/tables.py`` comes with a file in ``versions/`` (``v0006_….py``, revision
``0006``) and a raised ``SCHEMA_VERSION``; a test holds the two ways to a schema against each other.
"""
