package dev.millwright.git.remote;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.GitReach;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.Proxy;
import java.net.URL;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;

/**
 * Makes the HTTP connections of one transport: to hosts that the operator allows, a redirect's included, each with that
 * host's own credentials.
 */
final class WebConnections implements HttpConnectionFactory {
    private final GitReach reach;
    private final Function<Secret, Supplier<String>> secrets;
    private final Refusal refusal;

    WebConnections(GitReach reach, Function<Secret, Supplier<String>> secrets, Refusal refusal) {
        this.reach = reach;
        this.secrets = secrets;
        this.refusal = refusal;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
    }

    /** @param proxy the one of this Java, as the operator starts it; a repository's is not asked for */
    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        try {
            String plain = url.getProtocol() + "://" + url.getAuthority() + url.getPath();
            if (!(RemoteUrl.parse("the address of the remote", plain) instanceof RemoteUrl.Web web)) {
                throw ToolException.denied("an answer led to an address that is not HTTP");
            }
            Host host = Host.of(reach, web);
            if (proxy.type() == Proxy.Type.DIRECT) {
                host.checkAddresses();
            }
            return new WebConnection(url, proxy, host, secrets, refusal);
        } catch (ToolException e) {
            refusal.because(e);
            throw new IOException("refused");
        } catch (ConfigException e) {
            refusal.because(
                    ToolException.unavailable("the credentials for this host cannot be had: " + e.getMessage()));
            throw new IOException("refused");
        }
    }
}
