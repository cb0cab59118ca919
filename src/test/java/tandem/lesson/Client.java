package tandem.lesson;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ.Socket;

import tandem.testing.Program;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A client of a kernel, as Jupyter is one, by its messages over ZeroMQ.
final class Client implements AutoCloseable {
    private static final String KEY = "a key of the test";
    private static final String DELIMITER = "<IDS|MSG>";
    private static final int DEADLINE_MILLIS = (int) Program.DEADLINE.toMillis();
    private static final int ATTEMPT_MILLIS = 500;
    private static final String IP = "127.0.0.1";

    private final ZContext context = new ZContext();
    private final Socket shell;
    private final Socket control;
    private final Socket published;

    /// What a cell has given: its outputs, and how it has ended.
    record Reply(List<String> outputs, JsonObject content) {
        String status() {
            return content.get("status").getAsString();
        }
    }

    /// A message, and which request it is about.
    private record Message(String type, String about, JsonObject content) {}

    /// @param file for the connections, which is written
    Client(Path file) throws IOException {
        Map<String, Object> connections = new LinkedHashMap<>();
        List<ServerSocket> held = new ArrayList<>();
        for (String name : List.of("shell", "control", "iopub", "stdin", "hb")) {
            ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(IP));
            held.add(free);
            connections.put(name + "_port", free.getLocalPort());
        }
        for (ServerSocket one : held) {
            one.close();
        }
        shell = connect(SocketType.DEALER, connections.get("shell_port"));
        control = connect(SocketType.DEALER, connections.get("control_port"));
        published = connect(SocketType.SUB, connections.get("iopub_port"));
        published.subscribe(new byte[0]);
        connections.putAll(
                Map.of(
                        "ip",
                        IP,
                        "transport",
                        "tcp",
                        "key",
                        KEY,
                        "signature_scheme",
                        "hmac-sha256"));
        Files.writeString(file, new Gson().toJson(connections));
    }

    private Socket connect(SocketType type, Object port) {
        Socket socket = context.createSocket(type);
        socket.setReceiveTimeOut(DEADLINE_MILLIS);
        socket.connect("tcp://%s:%s".formatted(IP, port));
        return socket;
    }

    /// Waits until the kernel answers, and is heard.
    JsonObject awaitKernel() {
        published.setReceiveTimeOut(ATTEMPT_MILLIS);
        String request = send(shell, "kernel_info_request", Map.of());
        Message info = receive(shell, message -> message.about().equals(request));
        long end = System.nanoTime() + Program.DEADLINE.toNanos();
        while (published.recv() == null) {
            if (System.nanoTime() > end) {
                throw new AssertionError("nothing is heard of the kernel");
            }
            send(shell, "kernel_info_request", Map.of());
        }
        published.setReceiveTimeOut(DEADLINE_MILLIS);
        return info.content();
    }

    /// Runs a cell to its end.
    Reply run(String code) {
        return end(start(code));
    }

    /// @return the request
    String start(String code) {
        return send(
                shell,
                "execute_request",
                Map.of("code", code, "silent", false, "store_history", true, "allow_stdin", false));
    }

    /// Waits until a cell runs.
    void awaitBusy(String request) {
        receive(
                published,
                message ->
                        message.about().equals(request) && message.type().equals("execute_input"));
    }

    /// Waits for the end of a cell.
    Reply end(String request) {
        List<String> outputs = new ArrayList<>();
        receive(
                published,
                message -> {
                    if (!message.about().equals(request)) {
                        return false;
                    }
                    if (List.of("stream", "execute_result", "display_data", "error")
                            .contains(message.type())) {
                        Notebook.add(outputs, message.type(), message.content());
                    }
                    return message.type().equals("status")
                            && message.content()
                                    .get("execution_state")
                                    .getAsString()
                                    .equals("idle");
                });
        Message reply = receive(shell, message -> message.about().equals(request));
        return new Reply(outputs, reply.content());
    }

    /// Waits until something is printed below a cell that has ended.
    String awaitPrinted(String request) {
        return receive(
                        published,
                        message ->
                                message.about().equals(request) && message.type().equals("stream"))
                .content()
                .get("text")
                .getAsString();
    }

    /// Asks for something else than to run a cell.
    JsonObject ask(String type, Map<String, Object> content) {
        boolean isControl = List.of("interrupt_request", "shutdown_request").contains(type);
        Socket socket = isControl ? control : shell;
        String request = send(socket, type, content);
        return receive(socket, message -> message.about().equals(request)).content();
    }

    private static String send(Socket socket, String type, Map<String, Object> content) {
        String id = UUID.randomUUID().toString();
        List<String> parts =
                List.of(
                        new Gson()
                                .toJson(
                                        Map.of(
                                                "msg_id",
                                                id,
                                                "msg_type",
                                                type,
                                                "username",
                                                "test",
                                                "session",
                                                "test",
                                                "date",
                                                "2026-01-01T00:00:00Z",
                                                "version",
                                                "5.3")),
                        "{}",
                        "{}",
                        new Gson().toJson(content));
        socket.sendMore(DELIMITER);
        socket.sendMore(signature(parts));
        for (String part : parts.subList(0, parts.size() - 1)) {
            socket.sendMore(part);
        }
        socket.send(parts.getLast());
        return id;
    }

    private static Message receive(Socket socket, Predicate<Message> isIt) {
        long end = System.nanoTime() + Duration.ofMillis(DEADLINE_MILLIS).toNanos();
        while (System.nanoTime() < end) {
            String part = socket.recvStr();
            if (part == null) {
                break;
            }
            while (!part.equals(DELIMITER)) {
                part = socket.recvStr();
            }
            String signature = socket.recvStr();
            List<String> parts = new ArrayList<>();
            while (socket.hasReceiveMore()) {
                parts.add(socket.recvStr());
            }
            if (!signature.equals(signature(parts.subList(0, 4)))) {
                throw new AssertionError("a message that is not signed: " + parts);
            }
            JsonObject parent = JsonParser.parseString(parts.get(1)).getAsJsonObject();
            Message message =
                    new Message(
                            JsonParser.parseString(parts.get(0))
                                    .getAsJsonObject()
                                    .get("msg_type")
                                    .getAsString(),
                            parent.has("msg_id") ? parent.get("msg_id").getAsString() : "",
                            JsonParser.parseString(parts.get(3)).getAsJsonObject());
            if (isIt.test(message)) {
                return message;
            }
        }
        throw new AssertionError("the kernel has said no more");
    }

    private static String signature(List<String> parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            parts.forEach(part -> mac.update(part.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        List.of(shell, control, published).forEach(socket -> socket.setLinger(0));
        context.close();
    }
}
