package dev.millwright.git.remote;

import dev.millwright.config.Secret;
import dev.millwright.git.config.GitReach;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Repositories;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.transport.HttpTransport;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.TransportProtocol;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;

/** The only way to other repositories: to allowed hosts, with their credentials, and to those in the same roots. */
public final class Remotes {
    /** Seconds that a host may stay silent. */
    private static final int PATIENCE = 60;

    private static final Set<String> NETWORK = Set.of("http", "https", "ssh");

    /** JGit's own ways that start programs, read plain files or know no encryption are gone before the first is taken. */
    private static final class Protocols {
        static {
            for (TransportProtocol protocol : Transport.getTransportProtocols()) {
                if (!protocol.getSchemes().stream().allMatch(scheme -> NETWORK.contains(scheme) || isOfSsh(scheme))) {
                    Transport.unregister(protocol);
                }
            }
            HttpTransport.setConnectionFactory(new HttpConnectionFactory() {
                @Override
                public org.eclipse.jgit.transport.http.HttpConnection create(java.net.URL url) throws IOException {
                    throw new NotSupportedException("connections are made by the transport's own factory");
                }

                @Override
                public org.eclipse.jgit.transport.http.HttpConnection create(java.net.URL url, java.net.Proxy proxy)
                        throws IOException {
                    return create(url);
                }
            });
        }

        private static boolean isOfSsh(String scheme) {
            return scheme.equals("ssh+git") || scheme.equals("git+ssh");
        }

        static Transport open(Repo local, RemoteUrl url) throws IOException {
            return Transport.open(local.git(), url.jgit());
        }
    }

    private final Repositories repositories;
    private final Function<Secret, Supplier<String>> secrets;
    private final Path nowhere;

    /**
     * @param secrets what fetches a configured secret anew
     * @param data folder of ours, outside of all roots
     */
    public Remotes(Repositories repositories, Function<Secret, Supplier<String>> secrets, Path data) {
        this.repositories = repositories;
        this.secrets = secrets;
        this.nowhere = data.resolve("nowhere");
    }

    /**
     * Whether the tenant may go there, as far as that is known without going.
     *
     * @throws ToolException {@code DENIED} for a host that is not allowed or a path outside of the roots
     */
    public void check(Call call, RemoteUrl url) {
        GitReach reach = repositories.reach(call.tenant());
        switch (url) {
            case RemoteUrl.Web web -> Host.of(reach, web);
            case RemoteUrl.Shell shell -> Host.of(reach, shell);
            case RemoteUrl.Local path -> repositories.workspace(call.tenant()).at(path.path());
        }
    }

    /** The address as a repository keeps it: a path of this machine whole, as native Git finds it too. */
    public RemoteUrl located(Call call, RemoteUrl url) {
        if (!(url instanceof RemoteUrl.Local(String path))) {
            return url;
        }
        Target target = repositories.workspace(call.tenant()).at(path);
        return new RemoteUrl.Local(
                target.root().location().resolve(target.path()).normalize().toString());
    }

    /**
     * Opens the way, without a word to the other side yet.
     *
     * @param local whose objects come or go
     * @throws ToolException {@code DENIED} for what the operator does not allow
     */
    public Link open(Call call, Repo local, RemoteUrl url) throws InterruptedException {
        Refusal refusal = new Refusal();
        GitReach reach = local.reach();
        try {
            Link link = switch (url) {
                case RemoteUrl.Web web -> {
                    Host.of(reach, web);
                    Transport transport = Protocols.open(local, url);
                    ((TransportHttp) transport).setHttpConnectionFactory(new WebConnections(reach, secrets, refusal));
                    yield new Link(call, url, refusal, transport);
                }
                case RemoteUrl.Shell shell -> shell(call, local, shell, refusal);
                case RemoteUrl.Local path -> neighbour(call, local, path, refusal);
            };
            Transport transport = link.transport();
            transport.setTimeout(PATIENCE);
            transport.setCheckFetchedObjects(true);
            transport.setObjectChecker(Neighbours.checker());
            return link;
        } catch (IOException e) {
            throw new Failure(call, url, refusal).of(e);
        }
    }

    private Link shell(Call call, Repo local, RemoteUrl.Shell url, Refusal refusal) throws IOException {
        Host host = Host.of(local.reach(), url);
        host.checkAddresses();
        RemoteUrl.Shell named = url.user().isPresent()
                ? url
                : new RemoteUrl.Shell(Optional.of(host.settings().user()), url.host(), url.port(), url.path());
        SshdSessionFactory sessions = ShellSessions.of(host, secrets, nowhere, refusal);
        Transport transport = Protocols.open(local, named);
        ((SshTransport) transport).setSshSessionFactory(sessions);
        Link link = new Link(call, named, refusal, transport);
        // Closed after the transport, whose session it holds.
        return link.closingLast(sessions);
    }

    private Link neighbour(Call call, Repo local, RemoteUrl.Local url, Refusal refusal)
            throws IOException, InterruptedException {
        Neighbours neighbours = new Neighbours(repositories);
        Repo other = neighbours.open(call, url);
        try {
            Link link = new Link(call, url, refusal, neighbours.transport(local, other));
            link.closingLast(other);
            if (!other.git().getDirectory().equals(local.git().getDirectory())) {
                link.closingLast(Neighbours.holding(other));
            }
            return link;
        } catch (IOException | InterruptedException | RuntimeException e) {
            other.close();
            throw e;
        }
    }
}
