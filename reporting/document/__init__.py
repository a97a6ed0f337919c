"""Write what people read: the TXT, the tables and the chart."""
