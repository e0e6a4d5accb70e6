package dev.millwright.docker.engine;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says of a connection that failed what a person can do about it. */
public final class Unreachable {
    private Unreachable() {}

    /** @throws InterruptedException when it failed because the calling thread was interrupted */
    public static ToolException during(Ask ask, Engine engine, IOException failure) throws InterruptedException {
        return of(ask, engine.address(), failure);
    }

    /** @throws InterruptedException when it failed because the calling thread was interrupted */
    public static ToolException of(Ask ask, String address, Throwable failure) throws InterruptedException {
        if (Thread.interrupted() || causedBy(failure, ClosedByInterruptException.class)) {
            InterruptedException interrupted = new InterruptedException("while waiting for the engine");
            interrupted.initCause(failure);
            throw interrupted;
        }
        return ToolException.unavailable(message(ask, address, failure), failure);
    }

    private static String message(Ask ask, String address, Throwable failure) {
        String detail = Optional.ofNullable(failure.getMessage())
                .orElse(failure.getClass().getSimpleName());
        if (causedBy(failure, SocketTimeoutException.class) || causedBy(failure, InterruptedIOException.class)) {
            return "the engine at " + address + " did not answer " + ask.method() + " " + ask.path()
                    + " in time; servers.docker.request-seconds sets how long it may take";
        } else if (causedBy(failure, SSLException.class)) {
            return "TLS with the engine at " + address + " failed: " + detail
                    + "; tenants.*.reach.docker.cert-path names the folder with ca.pem, cert.pem and key.pem";
        } else if (causedBy(failure, AccessDeniedException.class) || detail.contains("Permission denied")) {
            return "the engine's socket " + address + " may not be opened by this user; join the group docker, or set"
                    + " DOCKER_HOST to an engine that may be used";
        } else if (causedBy(failure, ConnectException.class)
                || causedBy(failure, NoRouteToHostException.class)
                || causedBy(failure, UnknownHostException.class)
                || detail.contains("No such file")) {
            return "no Docker engine answers at " + address + " (" + detail
                    + "); start one, or set DOCKER_HOST or tenants.*.reach.docker.host";
        }
        return "the connection to the engine at " + address + " broke during " + ask.method() + " " + ask.path() + ": "
                + detail;
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }
}
