"""The frame around every page: head, navigation, filters, notices, states of the whole page."""
