"""The four networks, each read from its own format into a graph of graph.py."""
