package tandem.session;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.LongConsumer;

/// Whether this process shares through a server too, and what.
///
/// A worker shares where its parent did when it was spawned. The code, which is as good as a password,
/// goes by the environment and by the pipe to a worker, never by a command line, which others can read.
///
/// @param code by which the server is joined
/// @param everything whether also what is made without a name is made there
/// @param parent the key of the process that has started this one, empty when none has
/// @param sender the key of the process of another machine that this one works for, empty for one that works
///     at home
public record Joined(String code, boolean everything, String parent, String sender) {
    /// Of the environment: what `scripts/tandem --join` and parents set.
    public static final String VARIABLE = "TANDEM_JOIN";

    private static final String SEPARATOR = " ";
    private static final String EVERYTHING = "all";
    private static final String NAMED = "named";

    private static volatile Joined current = read(System.getenv(VARIABLE));

    /// Null for none.
    private static volatile LongConsumer endOfChild;

    /// What a parent and its children know each other by on the server.
    private static final class Key {
        static final String OWN = random();

        private static String random() {
            byte[] bytes = new byte[16];
            new SecureRandom().nextBytes(bytes);
            return HexFormat.of().formatHex(bytes);
        }
    }

    /// Null when this process shares on this machine alone.
    public static Joined current() {
        return current;
    }

    public static boolean isOn() {
        return current != null;
    }

    /// @param code null for none: this process shares on this machine alone
    public static void set(String code, boolean everything) {
        current = code == null ? null : new Joined(code, everything, "", "");
    }

    /// In a worker: what its parent has told it.
    public static void take(String text) {
        current = read(text);
    }

    private static Joined read(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String[] words = text.strip().split(SEPARATOR);
        return new Joined(
                words[0],
                words.length < 2 || words[1].equals(EVERYTHING),
                words.length < 3 ? "" : words[2],
                words.length < 4 ? "" : words[3]);
    }

    /// What a worker is told that is spawned now; empty when there is nothing to join.
    public static String forChild() {
        Joined joined = current;
        return joined == null ? "" : text(joined.code, joined.everything, Key.OWN);
    }

    /// What a worker is told that is started here for a process of another machine.
    ///
    /// @param everything whether that process makes there also what it makes without a name
    /// @param sender its key
    public static String forGuest(String code, boolean everything, String sender) {
        return text(code, everything, Key.OWN, sender);
    }

    private static String text(String code, boolean everything, String... keys) {
        return code
                + SEPARATOR
                + (everything ? EVERYTHING : NAMED)
                + SEPARATOR
                + String.join(SEPARATOR, keys);
    }

    /// Whether this process works for one of another machine, which takes the plain form alone.
    public static boolean isForGuest() {
        Joined joined = current;
        return joined != null && !joined.sender.isEmpty();
    }

    /// The key of the process that gets what this one returns; empty for none.
    public String heir() {
        return sender.isEmpty() ? parent : sender;
    }

    public static void tellChild(Map<String, String> environment) {
        String text = forChild();
        if (text.isEmpty()) {
            environment.remove(VARIABLE);
        } else {
            environment.put(VARIABLE, text);
        }
    }

    /// The key of this process.
    public static String key() {
        return Key.OWN;
    }

    /// @param action gets the pid of each child that has ended, from then on, and does not block; null for
    ///     none
    public static void whenChildEnds(LongConsumer action) {
        endOfChild = action;
    }

    public static void childEnded(long pid) {
        LongConsumer action = endOfChild;
        if (action != null) {
            action.accept(pid);
        }
    }

    /// Without the code.
    @Override
    public String toString() {
        return "Joined(%s)".formatted(code.substring(0, Math.max(0, code.indexOf('/'))));
    }
}
