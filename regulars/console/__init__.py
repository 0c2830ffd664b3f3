"""The frame of the pages: layout, login, navigation. What they show, the nouns say."""
