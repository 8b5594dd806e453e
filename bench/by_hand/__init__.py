"""The sandbox stack as an ordinary Pulumi program, written by hand with the SDKs' own classes and without the toolkit.

It registers what the toolkit registers, under the same names and with the same inputs (tests/bench asserts it), so
that one can be measured by the other. Sizes and numbers stand in its stack file, as somebody worked them out.
"""
