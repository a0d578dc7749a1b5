"""Who somebody is: roles, codes, how often, who is on call. Pure."""
