package tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// What tasks of a pool find in static fields. The classes lie apart, so that code comes with those that it
/// names.
@Tag("once")
class PoolStateTest implements WithWorkers {
    @BeforeEach
    void asAtFirst() {
        Tally.count = 0;
        Toggle.held = null;
        Setting.here = 0;
    }

    @Test
    void aJobHasWhatItsCodeCapturesForItself() {
        try (Pool pool = new Pool(1)) {
            int[] own = {0};
            Code.Function1<Integer, Integer> count = _ -> ++own[0];
            assertThat(pool.map(count, List.of(1, 2, 3))).containsExactly(1, 2, 3);
            assertThat(pool.apply(count, 0)).isEqualTo(1);
            assertThat(pool.submit(count, 0).join()).isEqualTo(1);
            assertThat(own[0]).isZero();
        }
    }

    @Test
    void whatTheProgramChangesAfterItHasGivenTheInitialiserIsSeen() {
        try (Pool pool = Pool.of(1).initialiser(Setting.adding(100))) {
            Setting.here = 5;
            assertThat(pool.apply(Setting.reading())).isEqualTo(5);
        }
        try (Pool pool = Pool.of(1).initialiser(Setting.adding(100))) {
            assertThat(pool.apply(Setting.reading())).isEqualTo(105);
        }
    }

    @Test
    void whatTheInitialiserPutsIntoAFieldWhoseValueCannotTravelStays() {
        Toggle.held = new Thread();
        try (Pool pool = Pool.of(1).initialiser(Toggle.putting("of the worker"))) {
            assertThat(pool.apply(Toggle.reading())).isEqualTo("of the worker");
            Tally.count = 1;
            assertThat(pool.apply(Toggle.counting())).isEqualTo(2);
            assertThat(pool.apply(Toggle.reading())).isEqualTo("of the worker");
        }
    }

    @Test
    void aClassThatTheProgramUsesLaterIsTheOneThatTheWorkerHas() {
        Array runs = Array.of("i", 1);
        try (Pool pool = Pool.of(1).initialiser(() -> runs.add(0, 1))) {
            assertThat(pool.apply(Lazy.counting())).containsExactly(1, 11, 20);
            assertThat(pool.apply(Lazy.counting())).containsExactly(2, 12, 20);
            Lazy.Fields.changed = 30;
            assertThat(pool.apply(Lazy.counting()))
                    .as("only what the program has changed is another one")
                    .containsExactly(3, 13, 30);
            assertThat(runs.get(0)).isEqualTo(1);
        }
    }

    @Test
    void aWorkerThatHasNotUsedAClassHasItAsTheProgramHas() {
        try (Pool pool = new Pool(1)) {
            assertThat(pool.apply(Clock.reading(), false)).isZero();
            long here = Clock.Fields.SINCE;
            assertThat(pool.apply(Clock.reading(), true)).isEqualTo(here);
        }
    }

    @Test
    void codeThatWasOpenSeesTheClassesThatHaveComeAnew() {
        try (Pool pool = new Pool(1)) {
            assertThat(pool.apply(Toggle.counting())).isEqualTo(1);
            assertThat(pool.apply(Tally.counting())).isEqualTo(2);
            Toggle.held = new Thread();
            assertThat(pool.apply(Toggle.counting())).as("all classes come anew").isEqualTo(1);
            assertThat(pool.apply(Tally.counting())).isEqualTo(2);
            assertThat(pool.apply(Toggle.counting())).isEqualTo(3);
        }
    }

    @Test
    void whatTheInitialiserBringsAnewIsUpdatedToo() {
        try (Pool pool = Pool.of(1).initialiser(Setting.adding(100))) {
            assertThat(pool.apply(Toggle.counting())).isEqualTo(1);
            Setting.here = 1;
            Toggle.held = new Thread();
            assertThat(pool.apply(Toggle.counting())).as("all classes come anew").isEqualTo(1);
            assertThat(pool.apply(Setting.reading())).isEqualTo(1);
        }
    }

    @Test
    void fieldsThatReferToOneObjectStillDoWhenOneOfThemHasChanged() {
        try (Pool pool = new Pool(1)) {
            assertThat(pool.apply(Deck.looking())).containsExactly(true, 1, 1);
            Deck.cards.add(new int[] {7});
            assertThat(pool.apply(Deck.looking())).containsExactly(true, 2, 2);
            Deck.current = Deck.cards.getLast();
            assertThat(pool.apply(Deck.looking())).containsExactly(true, 2, 3);
            Deck.current = new int[] {7};
            assertThat(pool.apply(Deck.looking()))
                    .as("alike, and not the same any more")
                    .containsExactly(false, 2, 4);
        }
    }

    @Test
    void theClassesOfItemsComeWithTheCode() {
        try (Pool pool = new Pool(1)) {
            List<Counted> items = List.of(new CountedOne());
            assertThat(pool.map(Counted.counting(), items)).containsExactly(1);
            CountedOne.count = 10;
            assertThat(pool.map(Counted.counting(), items)).containsExactly(11);
            assertThat(pool.apply(Counted.counting(), items.getFirst())).isEqualTo(12);
            assertThat(pool.apply(CountedOne.reading())).isEqualTo(12);
            List<Integer> came = new ArrayList<>();
            pool.imap(Counted.counting(), List.of(items.getFirst(), new CountedTwo()))
                    .forEachRemaining(came::add);
            assertThat(came).containsExactly(13, 100);
        }
    }
}

final class Tally {
    static int count;

    private Tally() {}

    static Code.Function0<Integer> counting() {
        return () -> ++count;
    }
}

final class Toggle {
    static Object held;

    private Toggle() {}

    static Code.Action0 putting(String what) {
        return () -> held = what;
    }

    static Code.Function0<Object> reading() {
        return () -> Tally.count < 0 ? null : held;
    }

    static Code.Function0<Integer> counting() {
        return () -> Tally.count < 0 ? held.hashCode() : ++Tally.count;
    }
}

final class Setting {
    static int here;

    private Setting() {}

    static Code.Action0 adding(int more) {
        return () -> here += more;
    }

    static Code.Function0<Integer> reading() {
        return () -> here;
    }
}

final class Lazy {
    private Lazy() {}

    static Code.Function0<List<Integer>> counting() {
        return () -> List.of(++Tally.count, ++Fields.count, Fields.changed);
    }

    static final class Fields {
        static int count = 10;
        static int changed = 20;

        private Fields() {}
    }
}

final class Clock {
    private Clock() {}

    static Code.Function1<Boolean, Long> reading() {
        return uses -> uses ? Fields.SINCE : 0;
    }

    static final class Fields {
        static final long SINCE = System.nanoTime();

        private Fields() {}
    }
}

final class Deck {
    static final List<int[]> cards = new ArrayList<>(List.of(new int[] {3}));
    static int[] current = cards.getFirst();
    static final List<Integer> looks = new ArrayList<>();

    private Deck() {}

    static Code.Function0<List<Object>> looking() {
        return () -> {
            looks.add(0);
            boolean has = cards.stream().anyMatch(card -> card == current);
            return List.of(has, cards.size(), looks.size());
        };
    }
}

interface Counted {
    int count();

    static Code.Function1<Counted, Integer> counting() {
        return Counted::count;
    }
}

final class CountedOne implements Counted {
    static int count;

    @Override
    public int count() {
        return ++count;
    }

    static Code.Function0<Integer> reading() {
        return () -> count;
    }
}

final class CountedTwo implements Counted {
    static int count = 99;

    @Override
    public int count() {
        return ++count;
    }
}
