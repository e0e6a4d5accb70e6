package dev.millwright.transport.http;

import dev.millwright.protocol.Errors;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what never got to a handler, as requests that are no HTTP, in the form of all other errors. */
final class JsonErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Exchange.JSON);
        response.write(true, body(response.getStatus()), callback);
        return true;
    }

    private static ByteBuffer body(int status) {
        int code = status >= 500 ? Errors.INTERNAL : Errors.INVALID_REQUEST;
        String message = Optional.ofNullable(HttpStatus.getMessage(status)).orElse("Error");
        return ByteBuffer.wrap(Exchange.bytes(Errors.reply(Optional.empty(), code, message, Optional.empty())));
    }
}
