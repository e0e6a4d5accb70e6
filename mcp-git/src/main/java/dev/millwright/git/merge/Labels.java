package dev.millwright.git.merge;

/** What conflict markers call the two sides, as in {@code HEAD} and the name of a branch. */
public record Labels(String ours, String theirs) {}
