import static tandem.Tandem.*;

import tandem.*;

/// Goes to the toilet. A worker of `examples/Human.java`: while it is there, the others wait.
///
/// Arguments: the array, the event, its index, and if wanted rounds (30) and seconds a round (0.5).
void main() {
    Array human = arg(0);
    Event e = arg(1);
    int index = arg(2);
    int rounds = args().size() > 3 ? arg(3) : 30;
    double pause = args().size() > 4 ? arg(4) : 0.5;
    human.acquire(); // 你只能干这件事
    human.set(0, 4);
    for (int i = 0; i < rounds; i++) {
        e.clear(); // 让其他进程等待
        sleep(pause);
        IO.println(current().name() + " " + index);
    }
    human.release();
    IO.println("舒服... " + index);
    e.set(); // 上完厕所别人可以执行！
}
