"""What stands between the findings and their reader: settings, ignores, the baseline, and the forms findings take."""
