package dev.millwright.git.remote;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.RemoteRepositoryException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.slf4j.LoggerFactory;

/** Says why a remote could not be reached, in our words: JGit's may hold what the other side sent. */
record Failure(Call call, RemoteUrl url, Refusal refusal) {
    /** @return what to throw; refusals of our own as they are */
    RuntimeException of(Throwable failure) throws InterruptedException {
        Optional<ToolException> reason = refusal.reason();
        if (reason.isPresent()) {
            return reason.get();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("cancelled while talking to a remote");
        }
        CallMonitor.check(call);
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ToolException known) {
                return known;
            }
            Optional<ToolException> known = known(each);
            if (known.isPresent()) {
                LoggerFactory.getLogger(Failure.class).debug("{}", url, failure);
                return known.get();
            }
        }
        if (failure instanceof InterruptedException interrupted) {
            throw interrupted;
        } else if (failure instanceof RuntimeException defect) {
            return defect;
        }
        return ToolException.unavailable("the conversation with " + url + " failed", failure);
    }

    private Optional<ToolException> known(Throwable failure) {
        return Optional.ofNullable(
                switch (failure) {
                    case UnknownHostException e -> ToolException.notFound("there is no host of " + url);
                    case UnresolvedAddressException e -> ToolException.notFound("there is no host of " + url);
                    case ConnectException e -> ToolException.unavailable("nobody answers at " + url);
                    case NoRouteToHostException e -> ToolException.unavailable("nobody answers at " + url);
                    case SocketTimeoutException e -> ToolException.unavailable(url + " does not answer in time");
                    case InterruptedIOException e -> ToolException.unavailable(url + " does not answer in time");
                    case SSLException e ->
                        ToolException.denied(
                                "the certificate of %s is not trusted, or TLS failed; the operator can name"
                                                .formatted(url)
                                        + " those to trust in ca-file of the host");
                    case NoRemoteRepositoryException e -> ToolException.notFound("there is no repository at " + url);
                    case TooLargeObjectInPackException e ->
                        ToolException.limit("an object of " + url + " is too large");
                    case CorruptObjectException e -> malformed();
                    case MissingObjectException e ->
                        ToolException.unavailable(url + " did not send all objects that its refs need");
                    case RemoteRepositoryException e -> ToolException.unavailable(url + " reports an error");
                    case PackProtocolException e -> ToolException.unavailable(url + " breaks Git's protocol");
                    default -> shell(failure);
                });
    }

    private ToolException malformed() {
        return ToolException.denied(url + " sent an object that is malformed or dangerous; nothing of it was taken");
    }

    /** Only where SSH is in use: its classes are loaded for it alone. */
    private @org.jspecify.annotations.Nullable ToolException shell(Throwable failure) {
        return url instanceof RemoteUrl.Shell
                        && failure instanceof SshException ended
                        && ended.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE
                ? ToolException.denied("the SSH host of " + url + " does not accept the configured key and user")
                : null;
    }
}
