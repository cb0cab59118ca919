package tandem.net;

import tandem.memory.Guard;
import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Notice;
import tandem.memory.Trace;
import tandem.memory.Values;
import tandem.net.Link.Channel;
import tandem.net.Link.Errand;
import tandem.session.Joined;
import tandem.session.Session;
import tandem.sync.LongWait;
import tandem.sync.UnreachableException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// This process on a server: its name there, its pulse, its objects.
public final class Member {
    /*
     * Overview. Two threads serve all others. One tells the server twice a second that this process lives,
     * and runs what need not be waited for. The other reads its letters.
     *
     * A process that the server has forgotten, as it was away for more than a minute, joins anew, under
     * another number: what it held, another may have held since, and its writes under that are refused.
     */
    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int PAUSE_MILLIS = 100;
    private static final int SECRET_BYTES = 16;
    private static final String MACHINE = "TANDEM_MACHINE";

    /// Of the guests in the server's rules.
    static final String GUEST = "guest";

    private static Member current;
    private static boolean leavesAtExit;

    private final Link link;
    private final String name;
    private volatile byte[] secret;
    private final AtomicLong attempts = new AtomicLong();
    private final Map<String, ServedLock> locks = new ConcurrentHashMap<>();
    private final Map<String, Integer> had = new ConcurrentHashMap<>();
    private final AtomicInteger openForgoings = new AtomicInteger();
    private final Queue<Runnable> errands = new ConcurrentLinkedQueue<>();
    private final OwnWaits ownWaits = new OwnWaits(this);
    private final Desk desk;
    private final Thread pulse;
    private final Letters letters;
    private volatile boolean saidUnreachable;

    private Member(JoinCode code, String name) {
        this.link = new Link(code, GUEST);
        this.name = name;
        this.desk = new Desk(this, link);
        this.pulse = Thread.ofPlatform().daemon().name("tandem-pulse").unstarted(this::beat);
        this.letters = new Letters(link, () -> secret);
        try {
            Channel channel = link.take();
            requireSameLibrary(link, channel);
            link.give(channel);
            join();
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
        pulse.start();
        letters.start();
    }

    /// Where this process has joined, or joins now.
    ///
    /// @param name of this process, for the others
    /// @throws IllegalStateException when nothing is to be joined
    /// @throws IllegalArgumentException when what is to be joined is no code
    public static synchronized Member get(String name) {
        if (current == null) {
            Joined joined = Joined.current();
            if (joined == null) {
                throw Trace.trim(new IllegalStateException("this process has joined no server"));
            }
            current = new Member(JoinCode.parse(joined.code()), name);
            Joined.whenChildEnds(current::childEnded);
            LongWait.tell(current.ownWaits);
            leaveAtExit();
        }
        return current;
    }

    /// When the workers of this process have ended, and its own last lines of code have run.
    private static void leaveAtExit() {
        if (!leavesAtExit) {
            try {
                Session.current().atExitLast(Member::leave);
                leavesAtExit = true;
            } catch (IllegalStateException e) {
                // It ends already: the lease says so.
            }
        }
    }

    /// Whether this process has joined already.
    public static synchronized boolean isJoined() {
        return current != null;
    }

    /// Leaves, and lets go all that this process has there.
    ///
    /// @return whether it had joined
    public static synchronized boolean leave() {
        Member leaving = current;
        current = null;
        Joined.whenChildEnds(null);
        LongWait.tell(null);
        if (leaving != null) {
            leaving.end();
        }
        return leaving != null;
    }

    private void end() {
        Channel channel = link.take();
        try {
            link.call(channel, new Errand("leave()", false), "leave", secret);
        } catch (RuntimeException e) {
            // Nobody hears that it has gone, and the lease says so.
        }
        link.close();
        LockSupport.unpark(pulse);
        letters.end();
    }

    /// @throws IllegalStateException when the server has other functions than this Tandem
    static void requireSameLibrary(Link link, Channel channel) {
        Answer version = link.call(channel, new Errand("join(…)", false), "version");
        if (!version.text().equals(Library.version())) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s has Tandem's functions in version %s, and this Tandem has %s: take the same Tandem on all machines"
                                    .formatted(
                                            link.code().address(),
                                            version.text(),
                                            Library.version())));
        }
    }

    private void join() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        byte[] fresh = Link.ascii(HexFormat.of().formatHex(random));
        Joined joined = Joined.current();
        Channel channel = link.take();
        try {
            Answer answer =
                    link.call(
                            channel,
                            new Errand("join(…)", false),
                            "join",
                            fresh,
                            Link.ascii(name),
                            Link.ascii(host()),
                            Link.digits(ProcessHandle.current().pid()),
                            Link.ascii(Joined.key()),
                            Link.ascii(joined == null ? "" : joined.parent()));
            if (!answer.is(Answer.DONE)) {
                throw unexpected(answer, "join(…)");
            }
        } finally {
            link.give(channel);
        }
        letters.startAnew();
        secret = fresh;
    }

    /// What this machine calls itself: `TANDEM_MACHINE`, where several are called the same.
    public static String host() {
        String chosen = System.getenv(MACHINE);
        try {
            return chosen == null || chosen.isBlank()
                    ? InetAddress.getLocalHost().getHostName()
                    : chosen.strip();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /// Of this process, for the others.
    String name() {
        return name;
    }

    /// Where the server is, as in `10.0.0.7:7801`.
    public String address() {
        return link.code().address();
    }

    // What is asked of the server

    /// Asks under a secret of this process, which may have to be learnt anew.
    interface Asking {
        Answer ask(byte[] secret);
    }

    /// As the process that the server knows, also when it has to learn it anew.
    Answer ask(Asking asking) {
        byte[] mine = secret;
        Answer answer = asking.ask(mine);
        if (answer.is(Answer.UNKNOWN_PROCESS)) {
            rejoin(mine);
            answer = asking.ask(secret);
        }
        saidUnreachable = false;
        return answer;
    }

    /// Asks what may be done twice.
    Answer often(String words, String function, byte[]... arguments) {
        Channel channel = link.take();
        try {
            return ask(
                    mine ->
                            link.call(
                                    channel,
                                    new Errand(words, false),
                                    function,
                                    joined(List.of(mine), arguments)));
        } finally {
            link.give(channel);
        }
    }

    /// Asks for what is done once.
    Answer once(String words, String function, byte[]... arguments) {
        return once((channel, call) -> again(channel, call, words, function, arguments));
    }

    /// Asks for what is done once.
    interface Once {
        Answer ask(Channel channel, byte[] call);
    }

    Answer once(Once what) {
        Channel channel = link.take();
        boolean isAnswered = true;
        try {
            return what.ask(channel, channel.nextCall());
        } catch (UnreachableException e) {
            isAnswered = false;
            throw e;
        } finally {
            if (isAnswered) {
                link.give(channel);
            } else {
                link.keep(channel);
            }
        }
    }

    /// As the other, by a channel that the caller has: so no later call is done before an earlier one.
    Answer once(Channel channel, String words, String function, byte[]... arguments) {
        return again(channel, channel.nextCall(), words, function, arguments);
    }

    /// As `once`, for a call that may have been sent before, without an answer.
    ///
    /// @param call the last number of the channel
    Answer again(Channel channel, byte[] call, String words, String function, byte[]... arguments) {
        return ask(
                mine ->
                        link.call(
                                channel,
                                new Errand(words, true),
                                function,
                                joined(List.of(mine, channel.number(), call), arguments)));
    }

    /// The arguments of a function, the caller's own behind those of each call.
    static byte[][] joined(List<byte[]> first, byte[][] others) {
        List<byte[]> all = new ArrayList<>(first);
        all.addAll(List.of(others));
        return all.toArray(byte[][]::new);
    }

    Desk desk() {
        return desk;
    }

    Letters letters() {
        return letters;
    }

    Channel takeChannel() {
        return link.take();
    }

    void giveChannel(Channel channel) {
        link.give(channel);
    }

    private synchronized void rejoin(byte[] before) {
        if (secret != before || link.isClosed()) {
            return;
        }
        join();
        Notice.say(
                "tandem: %s had forgotten this process, which was away for more than a minute: it has joined anew, and holds nothing there any more"
                        .formatted(address()));
        for (String id : had.keySet()) {
            once("open", "open", Link.ascii(id));
        }
    }

    /// @param words what was asked for
    RuntimeException refused(Answer answer, String words) {
        if (!answer.is(Answer.TOO_MUCH)) {
            return unexpected(answer, words);
        }
        List<String> lines = answer.text().lines().toList();
        String[] bytes = lines.getFirst().split("\t");
        String largest =
                lines.stream().skip(1).map(Member::sized).collect(Collectors.joining(", "));
        return Trace.trim(
                new IllegalStateException(
                        "%s is refused: this machine, %s, has %,d bytes on %s, where each may have %,d, and that takes %,d more. Room comes from close(), and from queues that are emptied%s"
                                .formatted(
                                        words,
                                        host(),
                                        Long.parseLong(bytes[0]),
                                        address(),
                                        Long.parseLong(bytes[1]),
                                        Long.parseLong(bytes[2]),
                                        largest.isEmpty() ? "" : "; the most is in " + largest)));
    }

    private static String sized(String line) {
        String[] fields = line.split("\t", -1);
        return "%s (%,d)"
                .formatted(
                        Served.nameOf(Kind.valueOf(fields[0]), fields[1], fields[2]),
                        Long.parseLong(fields[3]));
    }

    RuntimeException unexpected(Answer answer, String words) {
        return Trace.trim(
                new IllegalStateException(
                        "%s cannot do %s: it has answered %s %s"
                                .formatted(address(), words, answer.kind(), answer.text())));
    }

    RuntimeException gone(String object) {
        return Trace.trim(
                new IllegalStateException(
                        "%s is closed: nobody on %s has it any more".formatted(object, address())));
    }

    // Objects

    /// Makes an object, or gets the one that has the name.
    ///
    /// @param given by which all find it, empty for none
    /// @param first its elements, null for zeros
    /// @param guard the lock that guards it, null for its own or none, as the header says
    /// @throws IllegalArgumentException when the name is another object's
    public Served make(String given, Header header, Values first, Served guard) {
        return make(given, header, first, guard, 0, 0);
    }

    /// As the other, for what has a bound or begins with a number.
    ///
    /// @param bound how many there may be of what it is about, 0 when that is no part of what it is
    /// @param start how many there are at first
    public Served make(
            String given, Header header, Values first, Served guard, long bound, long start) {
        String words =
                header.kind().title() + (given.isEmpty() ? ".of(…)" : ".named(\"" + given + "\")");
        byte[] bytes = first == null ? new byte[0] : Elements.encode(first);
        requireRoom(header, words);
        Answer answer =
                once(
                        words,
                        "make",
                        Link.ascii(given),
                        Link.ascii(header.kind().name()),
                        Link.ascii(header.typecode() == null ? "" : header.typecode().code()),
                        Link.digits(header.length()),
                        Link.ascii(guardOf(header, guard)),
                        bytes,
                        Link.ascii(""),
                        Link.digits(bound),
                        Link.digits(start));
        if (answer.is(Answer.OTHER)) {
            throw Trace.trim(new IllegalArgumentException(other(given, answer, header, bound)));
        }
        if (answer.is(Answer.NONE)) {
            throw gone(guard.name());
        }
        if (!answer.is(Answer.DONE)) {
            throw refused(answer, words);
        }
        return have(new Served(this, answer.text(), header, bound, "", guard));
    }

    private void requireRoom(Header header, String words) {
        if (header.typecode() != null
                && header.length() > Elements.MOST_BYTES / header.typecode().bytes()) {
            throw Trace.trim(
                    new IllegalStateException(
                            "%s: there is too little room: an object on %s has at most %,d bytes"
                                    .formatted(words, address(), Elements.MOST_BYTES)));
        }
    }

    private static String guardOf(Header header, Served guard) {
        return guard != null ? guard.id() : header.guard() == Guard.OWN ? "*" : "";
    }

    private String other(String given, Answer answer, Header wanted, long bound) {
        String[] fields = answer.fields();
        return "%s is %s on %s, made by %s, not %s"
                .formatted(
                        given,
                        headerOf(fields).kind().form(headerOf(fields), boundOf(fields)),
                        address(),
                        fields[5],
                        wanted.kind().form(wanted, bound));
    }

    /// The object that there is by a name or an address.
    ///
    /// @return null when there is none
    public Served open(String id) {
        Answer answer = once("attach(\"%s\")".formatted(id), "open", Link.ascii(id));
        if (answer.is(Answer.NONE)) {
            return null;
        }
        if (!answer.is(Answer.DONE)) {
            throw unexpected(answer, "attach(…)");
        }
        String[] fields = answer.fields();
        String guardId = fields[3].isEmpty() || fields[3].equals("*") ? "" : fields[3];
        Served guard = guardId.isEmpty() ? null : open(guardId);
        if (guard == null && !guardId.isEmpty()) {
            throw gone("the lock of " + id);
        }
        return have(new Served(this, id, headerOf(fields), boundOf(fields), fields[4], guard));
    }

    private long boundOf(String[] fields) {
        try {
            return Long.parseLong(fields[6]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw noObject(fields);
        }
    }

    /// As it was sent, it is checked: others may have written it.
    private Header headerOf(String[] fields) {
        try {
            return Served.headerOf(fields[0], fields[1], fields[2], fields[3]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw noObject(fields);
        }
    }

    private IllegalStateException noObject(String[] fields) {
        return Trace.trim(
                new IllegalStateException(
                        "%s has sent what is no object: %s"
                                .formatted(address(), String.join(" ", fields))));
    }

    private Served have(Served served) {
        had.merge(served.id(), 1, Integer::sum);
        return served;
    }

    /// This process has an object no more.
    void close(String id) {
        had.remove(id);
        ServedLock lock = locks.get(id);
        if (lock == null || !lock.isOwnedHere()) {
            locks.remove(id);
        }
        once("close()", "close", Link.ascii(id));
    }

    /// The one lock of this JVM for an object.
    ServedLock lock(Served served) {
        return locks.computeIfAbsent(served.id(), _ -> new ServedLock(this, served));
    }

    /// The processes that have joined, each as its machine, its name, its pid, and 1 when it accepts code.
    public List<String[]> members() {
        Answer answer = often("machines()", "members");
        if (!answer.is(Answer.DONE)) {
            throw unexpected(answer, "machines()");
        }
        return answer.text().lines().map(line -> line.split("\t", -1)).toList();
    }

    // Waiting

    long nextAttempt() {
        return attempts.incrementAndGet();
    }

    JoinCode code() {
        return link.code();
    }

    /// Says once that the server does not answer, to those who go on waiting.
    void sayUnreachable(UnreachableException e, String what) {
        if (!saidUnreachable) {
            saidUnreachable = true;
            Notice.say("tandem: %s: %s goes on waiting".formatted(e.getMessage(), what));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }

    boolean isClosed() {
        return link.isClosed();
    }

    /// How many attempts at locks were given up without the server's knowing.
    AtomicInteger openForgoings() {
        return openForgoings;
    }

    // The pulse

    /// Has something done soon, and again until the server has answered.
    void later(Runnable errand) {
        errands.add(errand);
        hurry();
    }

    /// Has the pulse look at once what is to be told.
    void hurry() {
        LockSupport.unpark(pulse);
    }

    private void childEnded(long pid) {
        byte[] digits = Link.digits(pid);
        later(() -> often("reap", "reap", digits));
    }

    private void beat() {
        long next = System.nanoTime();
        while (!link.isClosed()) {
            try {
                if (System.nanoTime() - next >= 0) {
                    next = System.nanoTime() + BEAT_NANOS;
                    often("beat", "beat", Link.ascii(letters.last()));
                }
                runErrands();
                ownWaits.tellAll();
            } catch (RuntimeException e) {
                // The next beat tries again, and then what was to be done.
            }
            LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
        }
    }

    private void runErrands() {
        for (Runnable errand; (errand = errands.peek()) != null; ) {
            try {
                errand.run();
            } catch (UnreachableException e) {
                throw e;
            } catch (RuntimeException e) {
                // What the server refuses is not to be done.
            }
            errands.remove();
        }
    }
}
