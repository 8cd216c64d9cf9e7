"""Who the county is: areas, offices, staff and their posts, topics and who handles what where."""
