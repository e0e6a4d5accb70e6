package dev.millwright.transport.http;

import dev.millwright.json.Doc;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a process listens for HTTP, whom it lets in, and how much of itself it gives to one client. */
public record HttpConfig(
        @Doc(value = "TCP port; 0 takes any that is free.", min = 0, max = 65535, orElse = "8080")
        int port,

        @Doc(
                value = "Address to listen on. Anything but this machine's own loopback needs authentication.",
                orElse = "127.0.0.1")
        String bind,

        @Doc(
                "URL by which clients reach the process, as in https://mcp.example.org; names the resource that OAuth tokens must be for.")
        Optional<String> publicUrl,

        @Doc(
                value =
                        "Origins of web pages that may call, as in https://app.example.org; those of this machine always may.",
                orElse = "[]")
        List<String> allowedOrigins,

        @Doc(
                value =
                        "Host names that requests may be addressed to, beside this machine's, the bind address and the public URL's.",
                orElse = "[]")
        List<String> allowedHosts,

        @Doc(value = "Bytes one request may have.", min = 1024, max = 1 << 30, orElse = "8388608")
        int maxRequestBytes,

        @Doc(value = "Bytes the headers of one request may have.", min = 1024, max = 1 << 20, orElse = "32768")
        int maxHeaderBytes,

        @Doc(value = "Connections at the same time; more have to wait.", min = 1, max = 100_000, orElse = "1024")
        int maxConnections,

        @Doc(value = "Sessions at the same time.", min = 1, max = 1_000_000, orElse = "1000")
        int maxSessions,

        @Doc(
                value = "Seconds without a request or an open stream after which a session ends.",
                min = 1,
                orElse = "3600")
        int sessionIdleSeconds,

        @Doc(value = "Seconds without a byte after which a connection is closed.", min = 1, max = 3600, orElse = "60")
        int idleTimeoutSeconds,

        @Doc(value = "Seconds a client has to send one whole request.", min = 1, max = 3600, orElse = "30")
        int requestTimeoutSeconds,

        @Doc(
                value = "Seconds that running calls get to end when the process stops.",
                min = 0,
                max = 3600,
                orElse = "20")
        int drainSeconds,

        @Doc(
                value =
                        "Believe the message where the MCP-Protocol-Version header names an older version, as one hosted connector sends it.",
                orElse = "false")
        boolean lenientVersionHeader,

        @Doc(value = "Offer the old HTTP+SSE transport at /SERVER/sse.", orElse = "true")
        boolean legacySse) {
    public HttpConfig {
        allowedOrigins = allowedOrigins.stream().map(HttpConfig::lower).toList();
        allowedHosts = allowedHosts.stream().map(HttpConfig::lower).toList();
        publicUrl = publicUrl.map(HttpConfig::base);
    }

    private static String base(String url) {
        String trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        URI uri;
        try {
            uri = URI.create(trimmed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("public-url is not a URL: " + url, e);
        }
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "public-url must be an http or https URL without query and fragment, got " + url);
        }
        return trimmed;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
