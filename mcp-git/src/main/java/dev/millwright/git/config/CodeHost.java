package dev.millwright.git.config;

import dev.millwright.config.Secret;
import dev.millwright.json.Doc;
import java.net.URI;
import java.util.Optional;

/** A service with repositories that can be searched. */
public record CodeHost(
        @Doc("What runs there.") Kind kind,

        @Doc(
                "Base of its REST API, as https://git.example.org/api/v1; default: https://api.github.com or https://gitlab.com/api/v4.")
        Optional<String> url,

        @Doc("Token with the right to read; else what everybody may see is found.")
        Optional<Secret> token) {
    /** Whose API it speaks. */
    public enum Kind {
        GITHUB,
        GITLAB,
        GITEA
    }

    public CodeHost {
        if (url.isEmpty() && kind == Kind.GITEA) {
            throw new IllegalArgumentException("a gitea host needs its url");
        }
        URI base = base(kind, url);
        boolean here = "localhost".equals(base.getHost()) || "127.0.0.1".equals(base.getHost());
        if (base.getHost() == null
                || base.getUserInfo() != null
                || base.getQuery() != null
                || !("https".equals(base.getScheme())
                        || "http".equals(base.getScheme()) && (here || token.isEmpty()))) {
            throw new IllegalArgumentException("url must be https://HOST/PATH, http without a token only; got " + base);
        }
    }

    /** Where its API is, without a slash at the end. */
    public URI base() {
        return base(kind, url);
    }

    private static URI base(Kind kind, Optional<String> url) {
        String usual = switch (kind) {
            case GITHUB -> "https://api.github.com";
            case GITLAB -> "https://gitlab.com/api/v4";
            case GITEA -> "";
        };
        return URI.create(url.orElse(usual).replaceAll("/+$", ""));
    }
}
