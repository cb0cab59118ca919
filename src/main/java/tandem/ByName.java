package tandem;

import tandem.memory.Header;
import tandem.memory.Kind;
import tandem.memory.Trace;
import tandem.net.Served;
import tandem.session.Names;
import tandem.session.Session;
import tandem.sync.Halt;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/// Makes and finds the objects that all processes of a user know by their names.
final class ByName {
    private ByName() {}

    /// The object with a name: made when there is none, by one of those who ask for it at once.
    ///
    /// @param header of the one that would be made
    /// @param bound of it, see [Kind#form]; 0 for none
    /// @param maker makes it in a session, complete, with what it holds at first
    /// @throws IllegalArgumentException when the name cannot be one, or is another object's
    static <S extends Shared> S get(
            String name, Header header, long bound, Function<Session, S> maker, Class<S> type) {
        String form = header.kind().form(header, bound);
        Names.checked(name);
        Halt.glance();
        requireHere(header.kind().title());
        try {
            Names names = Names.get();
            while (true) {
                Path file = names.find(name);
                S shared =
                        file == null
                                ? make(names, name, maker)
                                : open(names, name, file, form, type);
                if (shared != null) {
                    return shared;
                }
            }
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    /// The object with a name, when there is one.
    ///
    /// @throws IllegalArgumentException when there is none, or it is of another type
    static <S extends Shared> S attach(String name, Class<S> type) {
        Names.checked(name);
        Halt.glance();
        if (Shared.isNamedServed()) {
            return attachServed(name, type);
        }
        try {
            Names names = Names.ofOthers();
            while (true) {
                Path file = names == null ? null : names.find(name);
                if (file == null) {
                    throw new IllegalArgumentException(
                            none(name, type, names == null ? List.of() : names.all()));
                }
                S shared = open(names, name, file, null, type);
                if (shared != null) {
                    return shared;
                }
            }
        } catch (RuntimeException e) {
            throw Trace.trim(e);
        }
    }

    private static <S extends Shared> S attachServed(String name, Class<S> type) {
        Shared shared = Shared.served(Served.idOf(name));
        if (type.isInstance(shared)) {
            return type.cast(shared);
        }
        String server = Shared.member().address();
        throw Trace.trim(
                new IllegalArgumentException(
                        shared == null
                                ? "there is no %s named %s on %s: %s.named(…) makes one"
                                        .formatted(
                                                type.getSimpleName(),
                                                name,
                                                server,
                                                type.getSimpleName())
                                : "%s is %s on %s, not %s"
                                        .formatted(
                                                name,
                                                withArticle(shared.form()),
                                                server,
                                                withArticle(type.getSimpleName()))));
    }

    /// Other machines would look in vain for what a server cannot have.
    private static void requireHere(String kind) {
        if (Shared.isNamedServed()) {
            throw new UnsupportedOperationException(
                    "%s.named(…) is refused: this process has joined %s, which can have no %s; after leave(), it is made on this machine"
                            .formatted(kind, Shared.member().address(), kind));
        }
    }

    /// @return null when another process was first
    private static <S extends Shared> S make(Names names, String name, Function<Session, S> maker) {
        names.sweep();
        S made = maker.apply(names.session());
        made.giveName(name);
        if (names.give(name, made.path())) {
            made.stayUntilClosed();
            return made;
        }
        made.giveBack();
        return null;
    }

    /// @param form what it is to be, null when only its type matters
    /// @return null when it has just gone
    private static <S extends Shared> S open(
            Names names, String name, Path file, String form, Class<S> type) {
        String kind = Kind.ofFile(file.getFileName().toString()).title();
        boolean isOther =
                !kind.equals(type.getSimpleName())
                        || (form != null && !form.equals(formOf(names, file)));
        if (isOther) {
            Names.Entry entry = names.entry(name);
            if (entry == null || !file.equals(names.find(name))) {
                return null;
            }
            throw new IllegalArgumentException(
                    other(entry, form == null ? type.getSimpleName() : form));
        }
        Shared shared;
        try {
            shared = Shared.attach(file);
        } catch (IllegalArgumentException e) {
            if (file.equals(names.find(name))) {
                throw e;
            }
            return null;
        }
        if (!file.equals(names.find(name))) {
            shared.giveBack(); // Who was removing it was killed when the name was gone.
            return null;
        }
        return type.cast(shared);
    }

    private static String formOf(Names names, Path file) {
        Shared known = Shared.known(file);
        try {
            return known == null ? names.form(file) : known.form();
        } catch (IllegalStateException e) {
            return names.form(file); // It was closed meanwhile.
        }
    }

    private static String other(Names.Entry entry, String wanted) {
        return "%s is %s, made by %s, not %s; those that have it: %s"
                .formatted(
                        entry.name(),
                        withArticle(entry.form()),
                        entry.maker(),
                        withArticle(wanted),
                        String.join(", ", entry.owners()));
    }

    private static String withArticle(String form) {
        return ("AEIOU".indexOf(form.charAt(0)) < 0 ? "a " : "an ") + form;
    }

    private static String none(String name, Class<?> type, List<Names.Entry> all) {
        String makes =
                "there is no %s named %s: %s.named(…) makes one"
                        .formatted(type.getSimpleName(), name, type.getSimpleName());
        if (all.isEmpty()) {
            return makes + ". There are no objects by name now";
        }
        List<String> nearestFirst =
                all.stream()
                        .map(Names.Entry::name)
                        .sorted(Comparator.comparingInt(known -> distance(name, known)))
                        .toList();
        String nearest = nearestFirst.getFirst();
        boolean isNear = 2 * distance(name, nearest) <= name.length();
        return "%s.%s There are: %s"
                .formatted(
                        makes,
                        isNear ? " Did you mean %s?".formatted(nearest) : "",
                        String.join(", ", nearestFirst));
    }

    /// How many letters are to be put in, left out or replaced to make one name of another.
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
