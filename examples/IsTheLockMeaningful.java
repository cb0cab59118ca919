import static tandem.Tandem.*;

import tandem.*;

/// 这个锁有意义吗? The exercise's question, answered by watching. While the toilet holds the lock
/// of the array,
///
/// 1. who eats already takes no lock in his rounds: only the event stops him, not the lock;
/// 2. a newcomer is stopped by the lock, because he writes to the array. But he sets the event
///    first, and so sends the eater on, although the toilet is taken;
/// 3. a second visitor of the toilet waits for the lock: that is what it is good for.
///
/// `scripts/tandem examples/IsTheLockMeaningful.java`
void main() {
    var human = Array.of("i", 1, true);
    var e = new Event();
    double pause = 0.2;

    var eater = named("吃饭").spawn(script("Eat"), human, e, 0, 12, pause);
    until(() -> human.get(0) == 1);
    var toilet = named("厕所").spawn(script("Toilet"), human, e, 1, 10, pause);
    until(() -> human.toString().contains("held by 厕所"));
    until(() -> !e.isSet());
    IO.println("1. the toilet holds the lock: " + human);
    IO.println("   the eater runs on without asking for it; " + e + " alone makes him wait");

    named("喝水").spawn(script("Drink"), human, e, 2, 2, pause);
    IO.println("2. a newcomer wants to drink; before he meets the lock, he sets the event …");
    boolean slipped = e.await(seconds(10));
    IO.println("   … " + (slipped ? "and the eater goes on, in spite of the lock" : "he did not"));
    IO.println("   the newcomer's own write waits for the lock: " + human);

    named("厕所 2").spawn(script("Toilet"), human, e, 3, 2, pause);
    toilet.join();
    until(() -> human.toString().contains("held by 厕所 2") || workers().isEmpty());
    IO.println("3. only now the second visitor gets in: " + human);

    joinAll();
    IO.println("So it keeps two visitors of the toilet apart, and newcomers from writing.");
    IO.println("It does not keep anybody from eating: that takes a lock that the eater takes too.");
}

void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
        sleep(0.01);
    }
}
