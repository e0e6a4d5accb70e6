package dev.millwright.docker.dockerjava;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Certificates of an authority made for one test, with keys in the older forms that tools still write. */
final class TestCertificates {
    private TestCertificates() {}

    /**
     * Makes ca.pem, and cert.pem with key.pem that serve both sides.
     *
     * @param kind {@code rsa} for a key of PKCS#1, {@code ec} for one of RFC 5915
     */
    static void make(Path folder, String kind) throws IOException, InterruptedException {
        String ca = folder.resolve("ca.pem").toString();
        String key = folder.resolve("key.pem").toString();
        openssl(
                folder,
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca-key.pem",
                "-out",
                ca,
                "-subj",
                "/CN=test authority",
                "-days",
                "2");
        if (kind.equals("rsa")) {
            openssl(folder, "genrsa", "-traditional", "-out", key, "2048");
        } else {
            openssl(folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key);
        }
        openssl(
                folder,
                "req",
                "-new",
                "-key",
                key,
                "-out",
                "request.pem",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost");
        openssl(
                folder,
                "x509",
                "-req",
                "-in",
                "request.pem",
                "-CA",
                ca,
                "-CAkey",
                "ca-key.pem",
                "-CAcreateserial",
                "-copy_extensions",
                "copy",
                "-out",
                "cert.pem",
                "-days",
                "2");
    }

    /** A socket that asks its clients for a certificate of the same authority. */
    static ServerSocket server(Path folder) throws IOException {
        SSLContext context = new Certificates(folder).getSSLContext();
        SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
        server.setNeedClientAuth(true);
        return server;
    }

    private static void openssl(Path folder, String... words) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("openssl"));
        argv.addAll(List.of(words));
        Process process = new ProcessBuilder(argv)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", argv) + ": " + said);
        }
    }
}
