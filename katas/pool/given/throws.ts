/** A module that cannot be loaded. */
throw new TypeError("this module cannot be loaded");
