"""The grammar of everything that the product says about its figures: pieces of sentences, each true by how it is made.

Views put the pieces together; none writes a superlative, a verb of growth, a share or a scope by hand.
"""
