"""Events, orders, products and categories: sent once, or sent when they changed."""
