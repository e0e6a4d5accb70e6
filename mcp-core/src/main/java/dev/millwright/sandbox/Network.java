package dev.millwright.sandbox;

/** What a command may reach. */
public enum Network {
    /** Nothing: a network of its own with a loopback nobody else is on. */
    NONE,
    /** All that the host reaches, its loopback included. */
    HOST
}
