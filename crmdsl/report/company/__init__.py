"""What `crmdsl report` says: a company on one page for those who run it, as HTML, data and Markdown.

`content` gathers everything that the page says, in the reader's language; the forms beside it write that down.
"""
