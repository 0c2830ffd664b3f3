"""The pages of the member, for telephones: a plane of its own, with sessions of its own."""
