"""The regular expressions of XML Schema: read, matched in linear time, and texts made that match or barely fail to."""
