"""`speech catalog`: the dated facts shown, and asked anew of the services that know them."""
