// Being written by another engineer of the team right now: leave it alone.
