import tandem.*
import tandem.Array
import tandem.BrokenBarrierException
import tandem.Condition
import tandem.Event
import tandem.Lock
import tandem.Pipe
import tandem.Queue
import tandem.ReadWriteLock
import tandem.Semaphore
import tandem.Value
import tandem.sync.DeadlockException
import tandem.sync.UncheckedInterruptedException
import static tandem.Scripts.*
import static tandem.Tandem.*
import static tandem.view.View.help
import static tandem.view.View.top
import static tandem.view.View.watch
prestart(3)
