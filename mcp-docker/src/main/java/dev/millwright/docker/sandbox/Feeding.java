package dev.millwright.docker.sandbox;

import dev.millwright.docker.engine.Answer;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The standard input of a container, on a connection of its own.
 *
 * <p>docker-java cannot close one direction of a unix socket, so that a program that reads to the end would wait for ever.
 * There the whole connection is closed after the last byte, which the engine passes on as the end of input.
 */
final class Feeding implements AutoCloseable {
    private final Optional<Answer> connection;
    private final boolean oneWay;
    private final CountDownLatch read = new CountDownLatch(1);

    Feeding(Throwaway container, byte[] stdin) throws InterruptedException {
        oneWay = container.engine().address().startsWith("tcp:");
        connection = stdin.length == 0 ? Optional.empty() : Optional.of(container.feed(new Watched(stdin)));
    }

    /** Ends the input once all of it is on its way. */
    void start() {
        if (connection.isPresent() && !oneWay) {
            Thread.ofVirtual().name("input of a sandbox").start(() -> {
                try {
                    read.await();
                    connection.get().close();
                } catch (InterruptedException e) {
                    // nobody interrupts this thread
                }
            });
        }
    }

    @Override
    public void close() {
        read.countDown();
        connection.ifPresent(Answer::close);
    }

    /** Tells when the reader asks for more than there is: all before was sent by then. */
    private final class Watched extends ByteArrayInputStream {
        Watched(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] into, int from, int length) {
            int count = super.read(into, from, length);
            if (count < 0) {
                read.countDown();
            }
            return count;
        }

        @Override
        public synchronized int read() {
            int value = super.read();
            if (value < 0) {
                read.countDown();
            }
            return value;
        }
    }
}
