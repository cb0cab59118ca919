package tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import static tandem.Tandem.call;
import static tandem.Tandem.millis;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import tandem.net.OnServer;

import java.util.List;

class ValueTest implements WithWorkers {
    private static final int MANY = 20_000;

    @Test
    @Tag("once")
    void itHoldsOneNumber() {
        Value v = Value.of("i");
        assertThat(v.get()).isZero();
        v.set(7);
        assertThat(v.getInt()).isEqualTo(7);
        assertThat(v.getDouble()).isEqualTo(7.0);
        assertThat(v.add(-9)).isEqualTo(-2);
        assertThat(v.update(x -> x * 3)).isEqualTo(-6);
        assertThat(v.compareAndSet(-6, 1)).isTrue();
        assertThat(v.compareAndSet(-6, 2)).isFalse();
        assertThat(v.get()).isEqualTo(1);
        assertThat(v.typecode()).isEqualTo("i");
        assertThat(v).hasToString("Value(\"i\", 1)");
        assertThat(v.named("hits")).isSameAs(v).hasToString("Value(hits, \"i\", 1)");
    }

    @Test
    @Tag("once")
    void itHoldsARealNumber() {
        Value v = Value.of("d", 1.5);
        assertThat(v.getDouble()).isEqualTo(1.5);
        assertThat(v.add(0.25)).isEqualTo(1.75);
        assertThat(v.updateDouble(x -> x * 2)).isEqualTo(3.5);
        assertThat(v.compareAndSet(3.5, 4.0)).isTrue();
        assertThat(v.compareAndSet(4, 5)).isTrue();
        v.set(6);
        assertThat(v).hasToString("Value(\"d\", 6.0)");
        assertThat(Value.of("f", 2, false)).hasToString("Value(\"f\", 2.0, no lock)");
        assertThat(Value.of("Q", -1).toString()).isEqualTo("Value(\"Q\", 18446744073709551615)");
    }

    @Test
    @Tag("once")
    void whatDoesNotFitIsRefusedAndNothingIsWritten() {
        Value v = Value.of("b", 100);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> v.add(28))
                .withMessage("128 does not fit typecode \"b\", which holds -128 to 127");
        assertThatIllegalArgumentException().isThrownBy(() -> v.set(1000));
        assertThatIllegalArgumentException().isThrownBy(() -> v.update(x -> x * 2));
        assertThatIllegalArgumentException().isThrownBy(() -> v.compareAndSet(100, 200));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(
                        () ->
                                v.update(
                                        _ -> {
                                            throw new ArithmeticException();
                                        }));
        assertThat(v.get()).isEqualTo(100);
        assertThat(v.lock().isHeld()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Value.of("x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Value.of("i", 1.5))
                .withMessage("1.5 cannot be put into a Value of \"i\", which holds integers");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> v.add(0.5))
                .withMessage("add(0.5) is refused: this Value is of \"b\", which holds integers");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Value.of("d").get())
                .withMessage("get() is for integers, and this Value is of \"d\": use getDouble()");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Value.of("d").update(x -> x));
    }

    @Test
    @Tag("once")
    void withoutALockThereIsNothingToTake() {
        Value v = Value.of("i", 3, false);
        assertThat(v.add(1)).isEqualTo(4);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(v::acquire)
                .withMessage(
                        "acquire() is refused: this Value was made with lock=false and has no lock."
                                + " Value.of(\"i\", 0, true) makes one that has");
    }

    @Test
    @Tag("once")
    void aClosedOneIsRefused() {
        Value v = Value.of("i");
        v.close();
        v.close();
        assertThatIllegalStateException()
                .isThrownBy(v::get)
                .withMessage("%s is closed".formatted(v.name()));
        assertThatIllegalStateException().isThrownBy(() -> v.set(1));
        assertThatIllegalStateException().isThrownBy(v::acquire);
        assertThat(v).hasToString("Value(\"i\", closed)");
    }

    @Test
    @Tag("once")
    @OnServer.Not("of a file")
    void itIsAttachedByItsPath() {
        Value v = Value.of("q", 5);
        assertThat(Value.attach(v.path())).isSameAs(v);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Array.attach(v.path()))
                .withMessageContaining("is no Array: it is Value");
        v.close();
        assertThatIllegalArgumentException().isThrownBy(() -> Value.attach(v.path()));
    }

    @Test
    void noUpdateOfAnotherProcessIsLost() {
        Value added = Value.of("q");
        Value updated = Value.of("i");
        Value swapped = Value.of("d");
        int many = WithWorkers.rounds(MANY);
        Code.Action0 work =
                () -> {
                    for (int i = 0; i < many; i++) {
                        added.add(1);
                        updated.update(x -> x + 1);
                        double seen;
                        do {
                            seen = swapped.getDouble();
                        } while (!swapped.compareAndSet(seen, seen + 1));
                    }
                };
        Worker one = start("one", work);
        Worker two = start("two", work);
        end(one, two);
        assertThat(added.get()).isEqualTo(2 * many);
        assertThat(updated.get()).isEqualTo(2 * many);
        assertThat(swapped.getDouble()).isEqualTo(2 * many);
    }

    @Test
    void itTravelsAsArgumentAsCaptureAndAsResult() {
        Value captured = Value.of("i", 1);
        Value given = Value.of("i", 2);
        Lock lock = new Lock();
        Value made =
                call(
                                v -> {
                                    v.add(captured.get());
                                    captured.add(10);
                                    return Value.of("i", 40, v.lock());
                                },
                                given)
                        .result();
        assertThat(List.of(captured.get(), given.get(), made.get())).containsExactly(11L, 3L, 40L);
        Lock same = call(() -> Value.of("i", 0, lock)).result().lock();
        assertThat(same).isSameAs(lock);
        assertThat(call(Value::lock, given).result()).isSameAs(given.lock());
    }

    @Test
    void whoHoldsItIsAloneAndADeadHolderIsNoHolder() {
        Lock lock = new Lock();
        Value v = Value.of("i", 0, lock);
        Event held = new Event();
        Worker victim =
                start(
                        "victim",
                        () -> {
                            v.acquire();
                            v.set(1);
                            held.set();
                            Tandem.sleep(1000);
                        });
        WithWorkers.await(held);
        assertThat(v.tryAcquire()).isFalse();
        assertThat(v.acquire(millis(50))).isFalse();
        assertThat(v.toString()).startsWith("Value(\"i\", 1) held by victim (pid ");
        kill(victim);
        try (Held recovered = v.hold()) {
            assertThat(recovered.recovered()).isTrue();
            assertThat(lock.isHeld()).isTrue();
        }
        assertThat(v.get()).isEqualTo(1);
    }
}
