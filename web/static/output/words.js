// What to try, by how a program ended.

export const ADVICE = {
  deadlock: 'Every goroutine waits for something that no other will do. Look for a channel that nobody sends to, receives ' +
      'from or closes, and for a lock or WaitGroup that is never released.',
  panic: 'Choose a place in the output to go to its line. The uppermost is where it happened, those below called it.',
  exit: 'os.Exit, log.Fatal or a test that failed ended it.',
  race: 'It has status 66 because of its races. A channel, a mutex or package atomic between the two accesses puts them in an order.',
  cpu_limit: 'It computed for all of that time. Look for a loop that does not end, or that waits by turning.',
  wall_limit: 'It was not done yet. Shorten what it sleeps, or look for something that it waits for and that never comes.',
  memory_limit: 'It held more than that at once. Look for a slice, a map or a recursion that only grows.',
  output_limit: 'What it had printed until then is above. Print less, or less often.',
  thread_limit: 'Too many of its goroutines waited in system calls at once. Let fewer of them do so.',
  unsettled: 'Nothing was left that could have settled the promise that the program waited for.',
  client_gone: 'Run starts it again.',
};
