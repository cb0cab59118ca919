import static tandem.Tandem.*;

import tandem.*;

/// The second worker of `examples/WorkABC.java`: does not hold the lock between reading and
/// writing, so that what others write in between is lost.
///
/// Arguments: the array, and how many rounds (10 000 unless given).
void main() {
    Array a = arg(0);
    int rounds = args().size() > 1 ? arg(1) : 10_000;
    for (int i = 0; i < rounds; i++) {
        IO.println("当前进程:%s | 获取到的数组:%s".formatted(current().name(), a.slice()));
        a.set(0, a.get(0) + 2);
    }
}
