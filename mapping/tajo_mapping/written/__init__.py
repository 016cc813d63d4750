"""A stream's mapping written as one Python function, for speed.

What it means is defined by the plain makers (``contacts``, ``events``, ``bodies``): the function
gives what they give, or None where they have to say it, above all what is wrong with a record.
"""
