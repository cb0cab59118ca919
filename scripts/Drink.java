import static tandem.Tandem.*;

import tandem.*;

/// Drinks. A worker of `examples/Human.java`: goes on only while the event is set.
///
/// Arguments: the array, the event, its index, and if wanted rounds (15) and seconds a round (0.5).
void main() {
    Array human = arg(0);
    Event e = arg(1);
    int index = arg(2);
    int rounds = args().size() > 3 ? arg(3) : 15;
    double pause = args().size() > 4 ? arg(4) : 0.5;
    e.set();
    human.set(0, 2); // 默认醒来之后数据是0
    for (int i = 0; i < rounds; i++) {
        e.await();
        sleep(pause);
        IO.println(current().name() + " " + index);
    }
    IO.println("喝完了");
}
