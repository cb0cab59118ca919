package tandem.travel;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A program in a process that gets its code piece by piece: it has each class once, compiled when it has
/// run for long enough, and a state of its own. What the program changes in its own process comes with
/// the next piece. For one thread.
public final class Replica {
    /*
     * Overview. The first code comes with the values of all static fields. From then on a field keeps the
     * value that it has here, unless the sender's is another one than it was: then it gets that one, as a
     * whole. So what code has left here for later code stays, and what the sender has done since is seen.
     *
     * When a class has come that is another one than the class of that name here, as one that was typed
     * again, the replica begins anew, with the classes of the code that has come. A class that the sender
     * has initialised since, and this process by itself, is the same one when it has the same values.
     */
    private final Kit kit;
    private final ClassLoader parent;
    private ParcelLoader loader;

    /// What the sender had in its fields the last time, by digests, and what its classes were.
    private final Map<String, String> values = new HashMap<>();

    /// Some that are among these.
    private Map<String, String> last = Map.of();

    /// @param parent knows the kit and the libraries
    public Replica(Kit kit, ClassLoader parent) {
        this.kit = kit;
        this.parent = parent;
    }

    /// Whether code would find other classes here than its own.
    private boolean contradicts(Update update) {
        for (String name : loader.others(update.parcel())) {
            if (!isInitialisedAlike(name, update.values())) {
                return true;
            }
        }
        return false;
    }

    private boolean isInitialisedAlike(String name, Map<String, String> now) {
        String key = GraphReader.key(name, Update.VERSION);
        String version = values.get(key);
        if (version == null || !version.equals(now.get(key))) {
            return false;
        }
        try {
            return Update.values(kit, Class.forName(name, true, loader)).entrySet().stream()
                    .allMatch(here -> isSame(here.getValue(), now.get(here.getKey())));
        } catch (ClassNotFoundException | CannotTravel | LinkageError e) {
            return false;
        }
    }

    private static boolean isSame(String digest, String other) {
        return digest.equals(other) && !digest.equals(Update.UNKNOWN);
    }

    /// Whether the sender has the values in its static fields that it had the last time.
    public boolean isAsOf(Map<String, String> others) {
        if (last != others && values.entrySet().containsAll(others.entrySet())) {
            last = others;
        }
        return last == others;
    }

    /// Opens code, in place of all that was here when it contradicts that.
    ///
    /// @throws IOException when it is damaged
    public Parcel.Contents open(Update update) throws IOException, ReflectiveOperationException {
        if (loader == null || contradicts(update)) {
            loader = new ParcelLoader(parent);
            values.clear();
        }
        Parcel.Contents contents = read(update, false);
        values.putAll(update.values());
        last = update.values();
        return contents;
    }

    /// Opens code that was here before all began anew, with the classes and the state that are here now.
    ///
    /// @throws IOException when it is damaged
    public Parcel.Contents openAgain(Update update)
            throws IOException, ReflectiveOperationException {
        return read(update, true);
    }

    private Parcel.Contents read(Update update, boolean keepsAll)
            throws IOException, ReflectiveOperationException {
        Set<String> before = new HashSet<>(loader.names());
        loader.add(update.parcel());
        return Parcel.contents(
                GraphReader.readFor(
                        new OwnState(before, update.values(), keepsAll),
                        update.parcel().objects(),
                        kit,
                        loader),
                loader);
    }

    /// What is not set anew.
    private final class OwnState implements GraphReader.StateHere {
        private final Set<String> before;
        private final Map<String, String> now;
        private final boolean keepsAll;

        OwnState(Set<String> before, Map<String, String> now, boolean keepsAll) {
            this.before = before;
            this.now = now;
            this.keepsAll = keepsAll;
        }

        @Override
        public boolean has(Class<?> type) {
            return before.contains(type.getName());
        }

        @Override
        public boolean keeps(Class<?> type, String name) {
            String key = GraphReader.key(type.getName(), name);
            return has(type)
                    && (keepsAll
                            || !values.containsKey(key)
                            || isSame(values.get(key), now.get(key)));
        }
    }
}
