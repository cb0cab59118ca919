package tandem.step;

import tandem.memory.Kind;
import tandem.sync.Halt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The threads of a program that is run step by step, as they come, halt and go (see [Halt]), and the
/// objects that they speak of. To be used by one thread.
final class Stage implements AutoCloseable {
    /*
     * Overview. All is quiet when no thread runs: each halts, waits within an access, or has ended
     * together with its process. A worker runs from the moment that its parent says it is being started, before
     * it has come itself, to the moment that its parent says that it has ended, after it has gone; so what
     * the system does in between, in whichever order and time, is over when all is quiet, and what
     * comes next depends on nothing but the program and who is let go.
     */
    private static final Pattern OF_ONE_RUN =
            Pattern.compile(" \\(pid \\d+\\)|, this thread|/0x[0-9a-f]+(?=@)|@[0-9a-f]{4,8}\\b");
    private static final Pattern FILE =
            Pattern.compile(
                    Arrays.stream(Kind.values())
                            .map(Kind::prefix)
                            .collect(Collectors.joining("|", "\\b(", ")-(\\d+)\\b")));

    private static final Pattern KEY =
            Pattern.compile("(?m)^([rw](?:lock of )?[a-z]+-)(\\d+)(?=\t)");

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int NOBODY = -1;

    private final Path socket;
    private final Selector selector;
    private final ServerSocketChannel server;

    /// Whether the numbers in the names of files are to be those of a first run.
    private final boolean isRenumbering;

    private final List<Actor> actors = new ArrayList<>();
    private final Map<String, String> objects = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private Touches touched = new Touches();

    /// The numbers of the last objects that there were before the first run, and before this one.
    private int lastOfAll = NOBODY;

    private int last;

    /// Whether others than the program itself have made objects in this run: it has no numbers by which another
    /// run would know them.
    private boolean isMadeByOthers;

    private double clock;
    private String result;

    /// The exit code of the main process, null while it lives.
    private volatile Integer mainEnd;

    /// A connection.
    private static final class Line {
        /// Null before a thread has said that it is here.
        Actor actor;

        ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    }

    Stage(Path socket, boolean isRenumbering) {
        this.socket = socket;
        this.isRenumbering = isRenumbering;
        try {
            selector = Selector.open();
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException("no program can be run step by step", e);
        }
    }

    /// In the order of their numbers.
    List<Actor> actors() {
        return Collections.unmodifiableList(actors);
    }

    /// The main process, null before it has come.
    Actor main() {
        return actors.isEmpty() || !actors.getFirst().isMain() ? null : actors.getFirst();
    }

    /// What the threads have spoken of, and how it is.
    Map<String, String> objects() {
        return Collections.unmodifiableMap(objects);
    }

    /// What the program has returned, null when it has not.
    String result() {
        return result;
    }

    /// Forgets all but the main process: its program is to run again.
    void clear() {
        actors.removeIf(actor -> !actor.isMain());
        objects.clear();
        names.clear();
        numbers.clear();
        touched = new Touches();
        isMadeByOthers = false;
        clock = 0;
        result = null;
    }

    /// Waits until all is quiet.
    ///
    /// @return whether it is, false when the time was over first
    boolean settle(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            while (!isQuiet()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                selector.select(1 + TimeUnit.NANOSECONDS.toMillis(left));
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isAcceptable()) {
                        accept();
                    } else {
                        read(key);
                    }
                }
                selector.selectedKeys().clear();
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isQuiet() {
        if (mainEnd != null) {
            if (main() == null) {
                return true;
            }
            ended(main().holder, mainEnd);
        }
        if (main() == null) {
            return false;
        }
        for (Actor actor : actors) {
            if (actor.state == Actor.State.RUNS
                    || actor.state == Actor.State.GONE && isEnding(actor.holder)) {
                return false;
            }
        }
        return true;
    }

    /// Whether all threads of a process have ended. It stays up for those that it has spawned.
    private boolean isEnding(int holder) {
        return actors.stream()
                .allMatch(
                        actor ->
                                actor.holder == holder
                                        ? actor.state == Actor.State.GONE
                                        : actor.parent != holder
                                                || actor.isServant
                                                || actor.isOver());
    }

    /// Says that the main process has ended. May be called by any thread.
    void mainEnded(int code) {
        mainEnd = code;
        selector.wakeup();
    }

    boolean hasMainEnded() {
        return mainEnd != null;
    }

    private void accept() throws IOException {
        for (SocketChannel next; (next = server.accept()) != null; ) {
            next.configureBlocking(false);
            next.register(selector, SelectionKey.OP_READ, new Line());
        }
    }

    private void read(SelectionKey key) {
        Line line = (Line) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        boolean isOpen = false;
        try {
            isOpen = channel.read(line.in) >= 0;
        } catch (IOException e) {
            // It is over, as at its end.
        }
        line.in.flip();
        while (line.in.remaining() >= Integer.BYTES) {
            int length = line.in.getInt(line.in.position());
            if (line.in.remaining() < Integer.BYTES + length) {
                break;
            }
            byte[] bytes = new byte[length];
            line.in.position(line.in.position() + Integer.BYTES);
            line.in.get(bytes);
            String[] texts = new String(bytes, StandardCharsets.UTF_8).split("\0", -1);
            take(line, channel, texts);
        }
        line.in.compact();
        if (!line.in.hasRemaining()) {
            line.in = ByteBuffer.allocate(2 * line.in.capacity()).put(line.in.flip());
        }
        if (!isOpen) {
            close(key, channel);
            if (line.actor != null && line.actor.state != Actor.State.ENDED) {
                line.actor.state = Actor.State.GONE;
            }
        }
    }

    private static void close(SelectionKey key, SocketChannel channel) {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is lost with it.
        }
    }

    /// What the texts are says [Halt].
    private void take(Line line, SocketChannel channel, String[] texts) {
        Actor actor = line.actor;
        switch (texts[0]) {
            case "here" -> {
                line.actor = come(Integer.parseInt(texts[1]), texts[3], texts[4]);
                line.actor.channel = channel;
                line.actor.pid = Long.parseLong(texts[2]);
            }
            case "halt" -> {
                actor.object = called(texts[1]);
                actor.words = said(texts[2]);
                actor.when = Halt.When.valueOf(texts[3]);
                actor.due = clock + Double.parseDouble(texts[4]);
                actor.isReady = Boolean.parseBoolean(texts[5]);
                actor.place = texts[7];
                madeStep(actor, texts[8], texts[9], texts[10]);
                isNow(texts[1], texts[6]);
                isMadeByOthers |= Boolean.parseBoolean(texts[13]);
                actor.isJoining = actor.when == Halt.When.READY && Halt.isOfEnd(texts[11]);
                actor.touches = isMadeByOthers ? Halt.ANYTHING : known(texts[11]);
                touched.addNext(actor.touches);
                touched.addOther(known(texts[12]));
                actor.isLooking = false;
                actor.state = Actor.State.HALTS;
            }
            case "ready" -> {
                actor.isReady = Boolean.parseBoolean(texts[1]);
                if (!actor.object.isEmpty() && !texts[2].isEmpty()) {
                    objects.put(actor.object, said(texts[2]));
                }
                actor.state = Actor.State.HALTS;
            }
            case "blocked" -> {
                actor.object = called(texts[1]);
                double seconds = Double.parseDouble(texts[2]);
                actor.isTimed = seconds >= 0;
                actor.due = actor.isLooking ? actor.due : clock + seconds;
                actor.isLooking = false;
                isNow(texts[3], texts[5]);
                touched.addAnything();
                actor.state = Actor.State.WAITS;
            }
            case "idle" -> {
                result = said(texts[1]);
                madeStep(actor, texts[2], texts[3], texts[4]);
                last = Integer.parseInt(texts[5]);
                lastOfAll = lastOfAll == NOBODY ? last : lastOfAll;
                actor.state = Actor.State.IDLES;
            }
            case "over" -> {
                madeStep(actor, texts[1], texts[2], texts[3]);
                isMadeByOthers |= Boolean.parseBoolean(texts[5]);
                touched.addOther(isMadeByOthers ? Halt.ANYTHING : known(texts[4]));
            }
            case "spawned" -> {
                touched.addAnything();
                Actor child =
                        new Actor(
                                nextNumber(),
                                texts[2],
                                Integer.parseInt(texts[1]),
                                Integer.parseInt(texts[3]));
                child.isServant = Boolean.parseBoolean(texts[4]);
                actors.add(child);
                answer(channel);
            }
            case "ending" -> {
                touched.addAnything();
                runs(Integer.parseInt(texts[1]));
                answer(channel);
            }
            case "ended" -> {
                ended(Integer.parseInt(texts[1]), Integer.parseInt(texts[2]));
                answer(channel);
            }
            default -> throw new IllegalStateException("a message of kind " + texts[0]);
        }
    }

    private static void answer(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {Halt.GO}));
        } catch (IOException e) {
            // Who has told it has ended since.
        }
    }

    /// The thread that has come: the first of its process was announced, when it is no main process's.
    private Actor come(int holder, String process, String thread) {
        for (Actor actor : actors) {
            if (actor.holder == holder && actor.channel == null) {
                return actor;
            }
        }
        boolean isMain = main() == null;
        touched.addAnything();
        Actor actor =
                new Actor(
                        isMain ? 0 : nextNumber(),
                        thread.isEmpty() ? process : process + "/" + thread,
                        holder,
                        NOBODY);
        actors.add(isMain ? 0 : actors.size(), actor);
        return actor;
    }

    private int nextNumber() {
        return actors.isEmpty() ? 1 : actors.getLast().number() + 1;
    }

    private void madeStep(Actor actor, String object, String gave, String state) {
        if (actor.last != null) {
            actor.last.gave(said(gave));
            actor.last = null;
        }
        isNow(object, state);
    }

    private void isNow(String object, String state) {
        if (!object.isEmpty() && !state.isEmpty()) {
            objects.put(called(object), said(state));
        }
    }

    /// A process has ended. Those that it has spawned end with it, and nobody tells.
    void ended(int holder, int code) {
        for (Actor actor : actors) {
            if (actor.holder == holder && actor.state != Actor.State.ENDED) {
                actor.state = Actor.State.ENDED;
                actor.exitCode = code;
                touched.addEnd(actor.name(), code);
                actors.stream()
                        .filter(child -> child.parent == holder && child.holder != holder)
                        .forEach(child -> ended(child.holder, code));
            }
        }
    }

    /// What is touched, with numbers for the objects of this run that they have in each.
    private String known(String touches) {
        return KEY.matcher(touches)
                .replaceAll(
                        found -> {
                            int number = Integer.parseInt(found.group(2));
                            return found.group(1)
                                    + (number > last ? number - last + lastOfAll : number);
                        });
    }

    /// A text without what is different in each run.
    private String said(String text) {
        return OF_ONE_RUN.matcher(called(text)).replaceAll("");
    }

    private String called(String text) {
        return isRenumbering
                ? FILE.matcher(text)
                        .replaceAll(
                                found ->
                                        names.computeIfAbsent(
                                                found.group(),
                                                _ ->
                                                        found.group(1)
                                                                + "-"
                                                                + numbers.merge(
                                                                        found.group(1),
                                                                        1,
                                                                        Integer::sum)))
                : text;
    }

    /// What was touched since this was asked last.
    Touches touched() {
        Touches last = touched;
        touched = new Touches();
        return last;
    }

    /// Takes note that the main process goes on because nobody else can, which depends on all of them.
    void isAlone() {
        touched.addAnything();
    }

    /// Lets a thread make its step.
    Step go(Actor actor) {
        if (actor.isLater()) {
            clock = Math.max(clock, actor.due);
        }
        boolean isTimeOver = actor.state == Actor.State.WAITS;
        Step step =
                new Step(actor, isTimeOver ? actor.next() + ", its time is over" : actor.action());
        actor.last = isTimeOver ? actor.last : step;
        touched.addStep(actor);
        actor.state = Actor.State.RUNS;
        actor.send(Halt.GO);
        return step;
    }

    /// Lets the program of the main process run again.
    void again() {
        main().state = Actor.State.RUNS;
        main().send(Halt.GO);
    }

    /// Lets a thread look whether it can go on.
    void look(Actor actor) {
        actor.isLooking = actor.state == Actor.State.WAITS;
        if (actor.isLooking) {
            touched.addAnything();
        }
        actor.state = Actor.State.RUNS;
        actor.send(Halt.LOOK);
    }

    /// Ends a process.
    Step end(Actor actor, boolean isForced) {
        touched.addAnything();
        Step step = new Step(actor, isForced ? "killed" : "terminated");
        runs(actor.holder);
        ProcessHandle.of(actor.pid).ifPresent(process -> end(process, isForced));
        return step;
    }

    /// A process is being ended: it runs up to there.
    private void runs(int holder) {
        for (Actor one : actors) {
            if (one.holder == holder && one.state != Actor.State.ENDED) {
                one.state = Actor.State.RUNS;
            }
        }
    }

    private static void end(ProcessHandle process, boolean isForced) {
        if (isForced) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
    }

    @Override
    public void close() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // What is left of it goes with the session.
        }
    }
}
