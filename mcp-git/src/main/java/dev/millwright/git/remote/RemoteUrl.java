package dev.millwright.git.remote;

import dev.millwright.tool.ToolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.URIish;

/**
 * The address of another repository, parsed by rules of our own: what is not understood whole is refused. Holds no
 * credentials, so it may be shown, kept and logged.
 */
public sealed interface RemoteUrl {
    /** @param tls whether it is {@code https}; else {@code http} */
    record Web(boolean tls, String host, int port, String path) implements RemoteUrl {
        @Override
        public String toString() {
            boolean usual = port == (tls ? 443 : 80);
            return (tls ? "https://" : "http://") + host + (usual ? "" : ":" + port) + path;
        }
    }

    /** @param path as the other side's shell sees it, quoted */
    record Shell(Optional<String> user, String host, int port, String path) implements RemoteUrl {
        @Override
        public String toString() {
            String at = user.map(name -> name + "@").orElse("") + host + (port == 22 ? "" : ":" + port);
            return "ssh://" + at + (path.startsWith("/") ? "" : "/") + path.replace("%", "%25");
        }
    }

    /** A repository on this machine; the roots of the tenant decide whether it may be reached. */
    record Local(String path) implements RemoteUrl {
        @Override
        public String toString() {
            return path;
        }
    }

    /** Longest address, in characters. */
    int LONGEST = 2048;

    /**
     * Understands {@code https://}, {@code http://}, {@code ssh://}, {@code user@host:path}, {@code file://} and paths.
     *
     * @param subject what messages call it, as {@code /url}; they never repeat the address, which may hold a secret
     * @throws ToolException {@code INVALID_INPUT} for what is no address or holds credentials, {@code DENIED} for other
     *     schemes
     */
    static RemoteUrl parse(String subject, String url) {
        return new Parser(subject).parse(url);
    }

    /** Any address as a configuration may hold it, without what may be a secret: for showing only. */
    static String masked(String url) {
        int end = url.indexOf('?') < 0 ? url.length() : url.indexOf('?');
        String plain = url.substring(0, Math.min(end, LONGEST));
        int scheme = plain.indexOf("://");
        if (scheme < 0) {
            return Parser.CREDENTIALS_BEFORE_HOST.matcher(plain).replaceFirst("***@");
        }
        int from = scheme + 3;
        int slash = plain.indexOf('/', from);
        int at = plain.lastIndexOf('@', slash < 0 ? plain.length() : slash);
        if (at < from) {
            return plain;
        }
        String user = plain.substring(from, at);
        boolean said = plain.startsWith("ssh") && Parser.USER.matcher(user).matches();
        return plain.substring(0, from) + (said ? user : "***") + plain.substring(at);
    }

    /** For JGit, made of the parsed parts: nothing is parsed a second time. */
    default URIish jgit() {
        return switch (this) {
            case Web web ->
                new URIish()
                        .setScheme(web.tls() ? "https" : "http")
                        .setHost(web.host())
                        .setPort(web.port())
                        .setPath(web.path());
            case Shell shell -> {
                URIish uri = new URIish()
                        .setScheme("ssh")
                        .setHost(shell.host())
                        .setPort(shell.port())
                        .setPath(shell.path());
                yield shell.user().map(uri::setUser).orElse(uri);
            }
            case Local local -> new URIish().setPath(local.path());
        };
    }

    /** The rules. */
    final class Parser {
        private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
        private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*::.*");
        private static final Pattern AUTHORITY =
                Pattern.compile("(?:(?<user>[^@]*)@)?(?<host>\\[[0-9A-Fa-f:.]+]|[^:@\\[\\]]*)(?::(?<port>[0-9]*))?");
        private static final Pattern SCP = Pattern.compile("(?:([^@/]*)@)?([^:/@\\[\\]]+|\\[[0-9A-Fa-f:.]+]):(.*)");
        private static final Pattern HOST =
                Pattern.compile("[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*");
        private static final Pattern ADDRESS = Pattern.compile("\\[[0-9a-f:.]+]");
        private static final Pattern WEB_PATH = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*");
        static final Pattern USER = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.+-]{0,63}");
        static final Pattern CREDENTIALS_BEFORE_HOST = Pattern.compile("^[^/@]*:[^@]*@");

        private final String subject;

        private Parser(String subject) {
            this.subject = subject;
        }

        RemoteUrl parse(String url) {
            if (url.isBlank() || url.length() > LONGEST) {
                throw refuse("must be an address of 1 to " + LONGEST + " characters");
            } else if (url.startsWith("-")) {
                throw refuse("must not begin with -");
            }
            checkPlain(url);
            Matcher scheme = SCHEME.matcher(url);
            if (scheme.matches()) {
                return withScheme(scheme.group(1).toLowerCase(Locale.ROOT), scheme.group(2));
            } else if (HELPER.matcher(url).matches()) {
                throw otherScheme("helper::address");
            } else if (url.toLowerCase(Locale.ROOT).startsWith("file:")) {
                return local(decoded(url.substring(5)));
            }
            Matcher scp = SCP.matcher(url);
            return scp.matches() ? scp(scp) : local(url);
        }

        private RemoteUrl withScheme(String scheme, String rest) {
            int slash = rest.indexOf('/');
            String path = slash < 0 ? "" : rest.substring(slash);
            Matcher authority = AUTHORITY.matcher(slash < 0 ? rest : rest.substring(0, slash));
            switch (scheme) {
                case "https", "http", "ssh" -> {
                    if (!authority.matches()) {
                        throw refuse("must be " + scheme + "://host/path, without credentials");
                    }
                }
                case "file" -> {
                    String host = slash < 0 ? rest : rest.substring(0, slash);
                    if (!host.isEmpty() && !host.equalsIgnoreCase("localhost")) {
                        throw refuse("must not name a host after file:; write file:///path");
                    }
                    return local(decoded(path));
                }
                default -> throw otherScheme(scheme);
            }
            Optional<String> user = Optional.ofNullable(authority.group("user"));
            String host = host(authority.group("host"));
            int port = port(Optional.ofNullable(authority.group("port")), scheme);
            if (!scheme.equals("ssh")) {
                if (user.isPresent()) {
                    throw credentials();
                } else if (!WEB_PATH.matcher(path).matches() || path.equals("/")) {
                    throw refuse("needs the path of a repository after the host, percent-encoded, without ? and #");
                }
                decoded(path);
                return new Web(scheme.equals("https"), host, port, path);
            }
            String plain = decoded(path);
            return shell(user, host, port, plain.startsWith("/~") ? plain.substring(1) : plain);
        }

        private RemoteUrl scp(Matcher scp) {
            return shell(Optional.ofNullable(scp.group(1)), host(scp.group(2)), 22, scp.group(3));
        }

        private RemoteUrl shell(Optional<String> user, String host, int port, String path) {
            if (user.isPresent() && user.get().contains(":")) {
                throw credentials();
            } else if (user.isPresent() && !USER.matcher(user.get()).matches()) {
                throw refuse("has a user name that is none");
            } else if (path.isEmpty() || path.equals("/") || path.startsWith("-")) {
                throw refuse("needs the path of a repository after the host, not beginning with -");
            }
            return new Shell(user, host, port, path);
        }

        private RemoteUrl local(String path) {
            if (path.isEmpty() || path.startsWith("-")) {
                throw refuse("needs a path");
            }
            return new Local(path);
        }

        private String host(String given) {
            String host = given.toLowerCase(Locale.ROOT);
            if (host.length() > 253
                    || !(HOST.matcher(host).matches() || ADDRESS.matcher(host).matches())) {
                throw refuse("needs a host name of letters, digits, dots and - (others in their xn-- form)");
            }
            return host;
        }

        private int port(Optional<String> given, String scheme) {
            if (given.isEmpty()) {
                return switch (scheme) {
                    case "https" -> 443;
                    case "http" -> 80;
                    default -> 22;
                };
            }
            int port = given.get().matches("[0-9]{1,5}") ? Integer.parseInt(given.get()) : 0;
            if (port < 1 || port > 65_535) {
                throw refuse("needs a port from 1 to 65535");
            }
            return port;
        }

        /** Percent-decoded, strictly UTF-8 and without controls. */
        private String decoded(String path) {
            try {
                ByteBuffer bytes = ByteBuffer.allocate(path.length() * 4);
                for (int i = 0; i < path.length(); i++) {
                    if (path.charAt(i) == '%') {
                        if (!path.substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*")) {
                            throw refuse("has a % that begins no %XX");
                        }
                        bytes.put((byte) Integer.parseInt(path, i + 1, i + 3, 16));
                        i += 2;
                    } else {
                        int point = path.codePointAt(i);
                        bytes.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
                        i += Character.charCount(point) - 1;
                    }
                }
                String decoded =
                        StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
                checkPlain(decoded);
                return decoded;
            } catch (CharacterCodingException e) {
                throw refuse("has %XX that are not UTF-8");
            }
        }

        private void checkPlain(String text) {
            boolean odd = text.codePoints().anyMatch(c -> switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> true;
                default -> c == '\\';
            });
            if (odd) {
                throw refuse("must not hold control characters, invisible ones or \\");
            }
        }

        private ToolException credentials() {
            return refuse("must not hold credentials: the operator puts them into the configuration of the host");
        }

        private ToolException refuse(String why) {
            return ToolException.invalidInput(subject + " " + why);
        }

        private ToolException otherScheme(String scheme) {
            return ToolException.denied(
                    "%s has the scheme %s; https, ssh, file and, where the operator allows it, http fit"
                            .formatted(subject, scheme.length() <= 20 ? scheme : scheme.substring(0, 20) + "…"));
        }
    }
}
