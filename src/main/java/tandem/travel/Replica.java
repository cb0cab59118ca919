package tandem.travel;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A program in a process that gets its code piece by piece: it has each class once, compiled when it has
/// run for long enough, and a state of its own. What the program changes in its own process comes with
/// the next piece. For one thread.
public final class Replica {
    /*
     * Overview. A class comes with the values of its static fields when the sender has initialised it, or
     * else is initialised here when its time has come. From then on a field keeps the value that it has
     * here, unless the sender's is another one than it was: then it gets that one, as a whole. So what
     * code has left here for later code stays, and what the sender has done since is seen.
     *
     *   R1  `values` has for each field what the sender had in it when this process last had a look: when
     *       its class came with its state, or came again. For a class that was initialised here, and by
     *       the sender later, it is what its initialiser has left here (Given): a sender who has changed
     *       nothing since has the same.
     *       Those that share objects come together, so that they still do: `values` has a digest for all
     *       of them too (Digests).
     *   R2  The bytes of a class say nothing of whether the sender has initialised it. Its initialiser
     *       asks whether the state has come. (Not so with fields of interfaces.)
     *   R3  When a class has come that is another one than the class of that name here, as one that was
     *       typed again, the replica begins anew, with the classes of the code that has come.
     */
    private static final String BLANK = " ";

    private final Kit kit;
    private final ClassLoader parent;
    private ParcelLoader loader;
    private final Map<String, String> values = new HashMap<>();

    /// The classes that have the state in them of which `values` tells.
    private final Set<String> settled = new HashSet<>();

    /// Some that are among the values.
    private Map<String, String> last = Map.of();

    /// @param parent knows the kit and the libraries
    public Replica(Kit kit, ClassLoader parent) {
        this.kit = kit;
        this.parent = parent;
    }

    /// Whether the sender has the values in its static fields that it had the last time.
    public boolean isAsOf(Map<String, String> others) {
        if (last != others
                && values.entrySet().containsAll(others.entrySet())
                && parted(others).isEmpty()) {
            last = others;
        }
        return last == others;
    }

    /// The fields that shared objects the last time, all together in one text, and do no more.
    private Set<String> parted(Map<String, String> now) {
        Set<String> parted = new HashSet<>();
        for (String name : values.keySet()) {
            if (name.contains(BLANK)
                    && !now.containsKey(name)
                    && now.keySet().containsAll(List.of(name.split(BLANK)))) {
                parted.add(name);
            }
        }
        return parted;
    }

    /// Opens code, in place of all that was here when it contradicts that.
    ///
    /// @throws IOException when it is damaged
    public Parcel.Contents open(Update update) throws IOException, ReflectiveOperationException {
        if (loader == null || loader.contradicts(update.parcel())) {
            loader = new ParcelLoader(parent, new Given(kit));
            values.clear();
            settled.clear();
        }
        Parcel.Contents contents = read(update, false);
        values.keySet().removeAll(parted(update.values()));
        values.putAll(update.values());
        last = update.values();
        return contents;
    }

    /// Opens code that was here before, with the classes and the state that are here now.
    ///
    /// @throws IOException when it is damaged
    public Parcel.Contents openAgain(Update update)
            throws IOException, ReflectiveOperationException {
        Parcel.Contents contents = read(update, true);
        update.values().forEach(values::putIfAbsent);
        return contents;
    }

    private Parcel.Contents read(Update update, boolean keepsAll)
            throws IOException, ReflectiveOperationException {
        loader.add(update.parcel());
        for (String name : update.initialised()) {
            if (!settled.contains(name)) {
                Map<String, String> own = loader.given().give(name);
                if (own != null) {
                    own.forEach(values::putIfAbsent);
                    settled.add(name);
                }
            }
        }
        Parcel.Contents contents =
                Parcel.contents(
                        GraphReader.readFor(
                                new OwnState(update.values(), keepsAll),
                                update.parcel().objects(),
                                kit,
                                loader),
                        loader);
        settled.addAll(update.initialised());
        return contents;
    }

    /// What is not set anew.
    private final class OwnState implements GraphReader.StateHere {
        private final boolean keepsAll;
        private final Set<String> changed = new HashSet<>();

        OwnState(Map<String, String> now, boolean keepsAll) {
            this.keepsAll = keepsAll;
            for (Map.Entry<String, String> each : now.entrySet()) {
                if (!each.getValue().equals(values.get(each.getKey()))) {
                    changed.addAll(List.of(each.getKey().split(BLANK)));
                }
            }
            parted(now).forEach(names -> changed.addAll(List.of(names.split(BLANK))));
            for (String name : now.keySet()) {
                List<String> group = List.of(name.split(BLANK));
                if (group.stream().anyMatch(changed::contains)) {
                    changed.addAll(group);
                }
            }
        }

        @Override
        public boolean has(Class<?> type) {
            return settled.contains(type.getName());
        }

        @Override
        public boolean keeps(Class<?> type, String name) {
            String key = GraphReader.key(type.getName(), name);
            return has(type) && (keepsAll || !changed.contains(key));
        }
    }
}
