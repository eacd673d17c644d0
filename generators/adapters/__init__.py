"""Personal and pictorial weights beside a backbone."""
