package dev.millwright.git.work;

import java.util.List;
import java.util.Map;

/**
 * How index and working tree stand.
 *
 * @param staged index against HEAD
 * @param unstaged working tree against index
 * @param conflicted the stages in the index by path: {@code DD}, {@code AU}, {@code UD}, {@code UA}, {@code DU}, {@code AA} or
 *     {@code UU} as native Git writes them
 * @param untracked and {@code ignored}: folders end with a slash
 * @param unreadable what could not be looked at
 */
public record Status(
        List<Difference> staged,
        List<Difference> unstaged,
        Map<String, String> conflicted,
        List<String> untracked,
        List<String> ignored,
        List<String> unreadable) {}
