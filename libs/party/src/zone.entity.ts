import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('zone')
export class Zone {
  @PrimaryColumn({ type: 'text' })
  readonly code!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ name: 'name_en', type: 'text' })
  readonly nameEn!: string;
}
