package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Changes of an instruction's or an image's text. What does not apply leaves the text as it is. */
final class Rewrites {
    private static final Pattern INSTALL = Pattern.compile("\\b(apt(?:-get)?)((?: +-[\\w-]+(?:=\\S+)?)*) +install\\b");
    private static final Pattern NUMBER = Pattern.compile("(\\d+)(?:\\.(\\d+))?");

    private Rewrites() {}

    /** One whole word for another; a word ends at what can stand in no package name or path. */
    static String word(String text, String from, String to) {
        Pattern whole = Pattern.compile("(^|[^\\w.+/@:-])" + Pattern.quote(from) + "($|[^\\w.+/@:-])");
        String changed = whole.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(to) + "$2");
        // A second time: words next to each other share the blank between them.
        return whole.matcher(changed).replaceAll("$1" + Matcher.quoteReplacement(to) + "$2");
    }

    static String aptUpdateFirst(String text) {
        if (Pattern.compile("\\bapt(?:-get)?(?: +-\\S+)* +update\\b")
                .matcher(text)
                .find()) {
            return text;
        }
        return INSTALL.matcher(text).replaceFirst("$1 update && $1$2 install");
    }

    static String aptYes(String text) {
        return Pattern.compile(
                        "\\b(apt(?:-get)?)((?: +-[\\w-]+(?:=\\S+)?)*) +(install|upgrade|dist-upgrade|remove|autoremove)((?: +-[\\w-]+(?:=\\S+)?)*)")
                .matcher(text)
                .replaceAll("$1$2 $3 -y$4");
    }

    static String aptRetries(String text) {
        return text.replaceAll("\\bapt-get (update|install)\\b", "apt-get -o Acquire::Retries=3 $1");
    }

    /** Without the version of one package: {@code curl=7.1} becomes {@code curl}. */
    static String unpin(String text, String name) {
        return Pattern.compile("(^|[\\s\"'])(" + Pattern.quote(name) + ")(?:[=~<>]{1,2})[^\\s\"';&|]+")
                .matcher(text)
                .replaceAll("$1$2");
    }

    /** Without any exact version of a system package. */
    static String unpinAll(String text) {
        return Pattern.compile("(\\s[a-z0-9][a-z0-9.+-]+)=[0-9][^\\s\"';&|]*")
                .matcher(text)
                .replaceAll("$1");
    }

    /** Without one package in what is installed. */
    static UnaryOperator<String> replaced(String from, String to) {
        return text -> word(text, from, to);
    }

    static UnaryOperator<String> plain(String from, String to) {
        return text -> text.replace(from, to);
    }

    /** Another version for an image of this name: the tag's leading number changes, its variant stays. */
    static UnaryOperator<String> version(List<String> names, String version) {
        return image -> {
            if (!names.contains(Distribution.name(image)) || version.isEmpty() || image.contains("@")) {
                return image;
            }
            int colon = image.lastIndexOf(':');
            if (colon < image.lastIndexOf('/') || colon < 0) {
                return image + ":" + version;
            }
            String tag = image.substring(colon + 1);
            int end = 0;
            while (end < tag.length() && (Character.isDigit(tag.charAt(end)) || tag.charAt(end) == '.')) {
                end++;
            }
            String variant = tag.substring(end);
            if (end == 0) {
                variant = tag.equals("latest") || tag.equals("lts") ? "" : "-" + tag;
            }
            return image.substring(0, colon + 1)
                    + version
                    + variant.replaceAll("-(?:wheezy|jessie|stretch|buster)$", "");
        };
    }

    /** The first version that a requirement names, as in {@code 18} of {@code >=18.0.0}; {@code parts} is 1 or 2. */
    static Optional<String> versionIn(String requirement, int parts) {
        Matcher matcher = NUMBER.matcher(requirement);
        if (!matcher.find()) {
            return Optional.empty();
        }
        return Optional.of(
                parts == 2 && matcher.group(2) != null ? matcher.group(1) + "." + matcher.group(2) : matcher.group(1));
    }
}
