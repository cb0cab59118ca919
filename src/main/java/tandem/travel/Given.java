package tandem.travel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Knows of the classes in a [Replica] which have their state from the program, and which have made it here.
/// The initialiser of a class that travels is made to ask here; nobody else need call it.
public final class Given {
    private final Kit kit;
    private final Set<String> given = new HashSet<>();

    /// What the fields of classes held when these had been initialised here, by digests.
    private final Map<String, Map<String, String>> own = new HashMap<>();

    Given(Kit kit) {
        this.kit = kit;
    }

    /// Whether a class has its state from the program, so that its initialiser is to do nothing.
    public static boolean isGiven(Class<?> type) {
        Given of = of(type);
        return of != null && of.has(type.getName());
    }

    /// Notes that a class has been initialised here.
    public static void initialised(Class<?> type) {
        Given of = of(type);
        if (of != null) {
            of.add(type);
        }
    }

    private static Given of(Class<?> type) {
        return type.getClassLoader() instanceof ParcelLoader loader ? loader.given() : null;
    }

    private synchronized boolean has(String name) {
        return given.contains(name);
    }

    private void add(Class<?> type) {
        Map<String, String> values;
        try {
            values = Update.values(kit, type);
        } catch (CannotTravel | RuntimeException e) {
            values = Map.of();
        }
        synchronized (this) {
            own.put(type.getName(), values);
        }
    }

    /// Gives a class its state, unless it has one.
    ///
    /// @return what its fields held when it had made its own; null when it had none
    synchronized Map<String, String> give(String name) {
        Map<String, String> values = own.get(name);
        if (values == null) {
            given.add(name);
        }
        return values;
    }
}
